import { expect, test } from 'vitest';
import { floors } from '../../gates/floors.ts';
import { verdict } from './sample.ts';

test('a house in order passes', () => {
  const said = verdict(floors, {
    'src/model/a.ts': "import { z } from 'zod'; import type { B } from './b.ts';",
    'src/platform/ids.ts': "import { a } from '../model/a.ts'; import { join } from 'node:path';",
    'src/platform/process/start.ts': "import { execa } from 'execa';",
    'src/store/store.ts': "import type { A } from '../model/a.ts'; export * from './records.ts';",
    'src/bus/messages/envelope.ts': "import type { A } from '../../model/a.ts';",
    'src/bus/local/local.ts': "import '../bus.ts'; import './lane.ts'; import '../messages/x.ts';",
    'src/engine/engine.ts': "import '../store/store.ts'; import '../bus/messages/envelope.ts';",
    'src/api/api.ts': "import '../engine/engine.ts'; import '../config/config.ts';",
    'src/compose/embedded.ts': "import '../store/sqlite/store.ts'; import '../api/api.ts';",
    'src/presentation/plan.ts': "import '../engine/planner/plan.ts'; import '../compose/a.ts';",
    'src/commands/demo.ts': "import '../compose/embedded.ts'; import '../presentation/plan.ts';",
    'src/commands/about.ts': "import about from '../../package.json' with { type: 'json' };",
    'test/unit/x.test.ts': "import '../../src/store/sqlite/store.ts';",
  });
  expect(said).toEqual([]);
});

test.each([
  ['model', 'src/model/a.ts', '../platform/ids.ts', 'model may not import platform'],
  ['platform', 'src/platform/a.ts', '../store/store.ts', 'platform may not import port'],
  ['a port', 'src/store/store.ts', '../engine/engine.ts', 'port may not import engine'],
  ['a door', 'src/store/store.ts', './sqlite/store.ts', 'may not import the adapter'],
  ['an adapter', 'src/store/sqlite/a.ts', '../arango/a.ts', 'may not import the adapter'],
  ['an adapter', 'src/bus/amqp/a.ts', '../../engine/a.ts', 'may not import engine'],
  ['the engine', 'src/engine/a.ts', '../store/sqlite/a.ts', 'may not import the adapter'],
  ['siblings', 'src/engine/a.ts', '../worker/a.ts', 'engine may not import worker'],
  ['siblings', 'src/api/a.ts', '../bootstrap/a.ts', 'api may not import bootstrap'],
  ['the api', 'src/api/a.ts', '../compose/a.ts', 'api may not import compose'],
  ['compose', 'src/compose/a.ts', '../commands/demo.ts', 'compose may not import commands'],
  ['a command', 'src/commands/a.ts', '../bus/local/a.ts', 'may not import the adapter'],
  ['the engine', 'src/engine/a.ts', '../config/config.ts', 'engine may not import config'],
  ['the api', 'src/api/a.ts', '../presentation/table.ts', 'api may not import presentation'],
  ['compose', 'src/compose/a.ts', '../presentation/a.ts', 'compose may not import presentation'],
  ['presentation', 'src/presentation/a.ts', '../store/sqlite/a.ts', 'may not import the adapter'],
  ['presentation', 'src/presentation/a.ts', '../commands/a.ts', 'may not import commands'],
  ['the source', 'src/engine/a.ts', '../../test/support/a.ts', 'from outside src'],
])('%s: %s may not import %s', (_, path, specifier, message) => {
  expect(verdict(floors, { [path]: `\nimport '${specifier}';` })).toEqual([
    expect.stringMatching(new RegExp(`^${path}:2 .*${message}`)),
  ]);
});

test.each([
  ['type', "import type { A } from '../worker/a.ts';"],
  ['export from', "export { a } from '../worker/a.ts';"],
  ['export all', "export * from '../worker/a.ts';"],
  ['import()', "const load = () => import('../worker/a.ts');"],
  ['import type()', "type A = import('../worker/a.ts').A;"],
])('sees %s', (_, text) => {
  expect(verdict(floors, { 'src/engine/a.ts': text })).toHaveLength(1);
});

test('comments and strings are not imports', () => {
  const text = "// import '../worker/a.ts';\nexport const text = \"import '../worker/a.ts'\";";
  expect(verdict(floors, { 'src/engine/a.ts': text })).toEqual([]);
});

test('an import that hides its module is refused', () => {
  const said = verdict(floors, { 'src/engine/a.ts': 'const load = (x: string) => import(x);' });
  expect(said).toEqual([expect.stringContaining('must name its module')]);
});

test('model imports nothing of Node', () => {
  const said = verdict(floors, { 'src/model/a.ts': "import { inspect } from 'node:util';" });
  expect(said).toEqual([expect.stringContaining('nothing of Node')]);
});

test.each(['node:child_process', 'execa'])('only platform/process may import %s', (specifier) => {
  const said = verdict(floors, {
    'src/worker/a.ts': `import '${specifier}';`,
    'src/platform/process.ts': `import '${specifier}';`,
    'src/platform/processes.ts': `import '${specifier}';`,
  });
  expect(said).toHaveLength(2);
});

test('a folder without a floor is refused', () => {
  const said = verdict(floors, { 'src/helpers/a.ts': '', 'src/index.ts': '' });
  expect(said).toHaveLength(2);
});

test('a file that does not parse is a failure, not a pass', () => {
  expect(() => verdict(floors, { 'src/engine/a.ts': 'import {' })).toThrow('does not parse');
});
