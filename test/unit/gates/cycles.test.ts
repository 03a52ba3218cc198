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
