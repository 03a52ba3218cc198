import { expect, test } from 'vitest';
import { cycles } from '../../gates/cycles.ts';
import { verdict } from './sample.ts';

test('a diamond is not a cycle', () => {
  const said = verdict(cycles, {
    'src/model/a.ts': "import './b.ts'; import './c.ts';",
    'src/model/b.ts': "import './d.ts';",
    'src/model/c.ts': "import './d.ts';",
    'src/model/d.ts': '',
  });
  expect(said).toEqual([]);
});

test('a cycle over several files is named once, with its route', () => {
  const said = verdict(cycles, {
    'src/model/a.ts': "import './b.ts';",
    'src/model/b.ts': "import './c.ts';",
    'src/model/c.ts': "\nimport type { A } from './a.ts';",
  });
  expect(said).toEqual([
    'src/model/a.ts:1 import cycle: src/model/a.ts -> src/model/b.ts -> src/model/c.ts -> src/model/a.ts',
  ]);
});

test('a file that imports itself', () => {
  expect(verdict(cycles, { 'src/model/a.ts': "import './a.ts';" })).toHaveLength(1);
});

test('folders that import each other by way of other files, and of other folders', () => {
  const said = verdict(cycles, {
    'src/worker/a.ts': "import './one/b.ts';",
    'src/worker/one/b.ts': "import './two/c.ts';",
    'src/worker/one/two/c.ts': "\nimport '../../d.ts';",
    'src/worker/d.ts': '',
  });
  expect(said).toEqual([
    'src/worker/a.ts:1 folders that import each other: src/worker -> src/worker/one -> src/worker/one/two -> src/worker',
  ]);
});

test('folders that only one of imports the other one', () => {
  const said = verdict(cycles, {
    'src/worker/a.ts': "import './one/b.ts'; import './d.ts';",
    'src/worker/one/b.ts': "import './c.ts';",
    'src/worker/one/c.ts': '',
    'src/worker/d.ts': '',
  });
  expect(said).toEqual([]);
});
