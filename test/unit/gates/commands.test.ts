import { expect, test } from 'vitest';
import { commands } from '../../gates/commands.ts';
import { verdict } from './sample.ts';

test.each([
  ['src/commands/run/list.ts', "import { Flags } from '@oclif/core';"],
  ['src/presentation/deep/a.ts', "import { ux } from '@oclif/core';"],
  ['src/commands/run/list.ts', "import { runTable } from '../../presentation/pages/runs.ts';"],
  ['src/commands/run/list.ts', "import { FORMATS } from '../../model/formats.ts';"],
  ['src/commands/run/list.ts', "import { join } from 'node:path';"],
  ['src/commands/run/list.ts', "const later = import('../../presentation/pages/runs.ts');"],
  ['src/presentation/flags.ts', "import { FORMATS } from '../model/formats.ts';"],
])('%s may not have %s', (path, text) => {
  expect(verdict(commands, { [path]: text })).not.toEqual([]);
});

test.each([
  ['src/commands/run/list.ts', "import { BiotopeCommand } from '../../presentation/command.ts';"],
  ['src/commands/run/list.ts', "const later = import('../../presentation/usecases/runs.ts');"],
  ['src/presentation/flags.ts', "import { Flags } from './oclif.ts';"],
])('%s may have %s', (path, text) => {
  expect(verdict(commands, { [path]: text })).toEqual([]);
});
