import { parse } from '@oclif/core/parser';
import { expect, test } from 'vitest';
import {
  globalFlags,
  globalFlagsWithNames,
  previewFlags,
  requiredTemplateFlag,
} from '../../../../src/presentation/flags.ts';
import { Flags } from '../../../../src/presentation/oclif.ts';
import { toBiotopeError } from '../../../../src/presentation/pages/errors.ts';

const flags = {
  ...globalFlagsWithNames,
  ...previewFlags,
  parameter: Flags.string({ char: 'p', multiple: true }),
  format: Flags.option({ options: ['tree', 'dot', 'mermaid', 'json'] as const })(),
  limit: Flags.integer({ min: 1, max: 9 }),
};

const refusal = async (line: string, more = {}) => {
  const input = { flags: { ...flags, ...more }, args: {}, strict: true };
  const thrown = await parse(line.split(' '), input).catch((error: unknown) => error);
  const options = Object.values(input.flags);
  return toBiotopeError(thrown, { name: 'environment graph', options });
};

test.each([
  ['--param x=1', 'There is no option --param. Did you mean --parameter?'],
  ['--fromat dot', 'There is no option --fromat. Did you mean --format?'],
  ['--mermaid', 'There is no option --mermaid. Did you mean --format mermaid?'],
  ['--frobnicate', 'There is no option --frobnicate.'],
  [
    '-o mermaid',
    '--output takes table, json, yaml or name, not "mermaid". Did you mean --format mermaid?',
  ],
  ['-o jsn', '--output takes table, json, yaml or name, not "jsn". Did you mean --output json?'],
  ['--format png', '--format takes tree, dot, mermaid or json, not "png".'],
  ['--format', '--format needs a value behind it.'],
  ['--limit few', '--limit takes a whole number, not "few".'],
  ['--limit 0', '--limit takes a whole number of at least 1, not 0.'],
  ['--limit 10', '--limit takes a whole number of at most 9, not 10.'],
  ['--json --output yaml', '--output and --json cannot be given together.'],
  ['--diff', '--diff is given with --dry-run only.'],
])('%s: %s', async (line, message) => {
  const { code, message: told } = await refusal(line);
  expect({ code, message: told }).toEqual({ code: 'USAGE', message });
});

test('bare names of a command that has none are refused as what they are', async () => {
  const { message } = await refusal('-o name', globalFlags);
  expect(message).toBe(
    '--output takes table, json or yaml here: the answer of this command has no names.',
  );
});

test('two options that exclude each other are told once', async () => {
  const more = {
    for: Flags.string({ exclusive: ['never'] }),
    never: Flags.boolean({ exclusive: ['for'] }),
  };
  const { message } = await refusal('--for 1d --never', more);
  expect(message).toMatch(/^--\w+ and --\w+ cannot be given together\.$/);
});

test('an option that is missing is told with what it is', async () => {
  const { message } = await refusal('--format dot', { template: requiredTemplateFlag });
  expect(message).toBe(
    '"environment graph" needs --template TEMPLATE (Published template: name, name@1.2.0 or a range such as name@^1.2).',
  );
});
