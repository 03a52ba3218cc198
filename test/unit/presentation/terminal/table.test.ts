import { describe, expect, test } from 'vitest';
import { environmentTable } from '../../../../src/presentation/pages/environments.ts';
import { runTable } from '../../../../src/presentation/pages/runs.ts';
import { table } from '../../../../src/presentation/terminal/table.ts';
import { visibleWidth } from '../../../../src/presentation/terminal/width.ts';
import { anEnvironment, aRun, palette } from '../samples.ts';

const environments = [
  anEnvironment({
    name: 'demo',
    tags: ['web', 'team-a'],
    description: 'What the shop is shown on',
  }),
  anEnvironment({ name: '環境', status: 'destroying', description: 'A long text '.repeat(20) }),
];
const id = '01a1fdda-ac39-76a1-825b-fcebeb15d5fd';
const runs = [aRun({ id, environment: 'a-name-of-middling-length' }), aRun({ id })];

describe.each([120, 80, 60, 40])('in %i columns', (columns) => {
  const look = { palette: { ...palette, columns }, nowMs: 0 };
  test.each([
    ['environments', environmentTable(environments, look)],
    ['runs', runTable(runs, look)],
  ])('%s fit, and stand one below the other', (_, lines) => {
    expect(lines.map(visibleWidth).filter((width) => width > columns)).toEqual([]);
    const [header = ''] = lines;
    const status = visibleWidth(header.slice(0, header.indexOf('STATUS')));
    for (const line of lines.slice(1)) {
      const at = [...line].findIndex((_, length) => visibleWidth(line.slice(0, length)) === status);
      expect(line.slice(at)).toMatch(/^(?:ok|destroying|running|succeeded)\b/);
    }
  });
});

const look = (columns: number) => ({ columns, lessImportant: ['last', 'middle'] });
const header = ['first', 'middle', 'last'];
const rows = [['name', 'something', 'a longer description']];

test('where there is room, everything is shown', () => {
  expect(table(header, rows, look(80))).toEqual([
    'FIRST  MIDDLE     LAST',
    'name   something  a longer description',
  ]);
});

test('what is less important is cut first', () => {
  expect(table(header, rows, look(30))).toEqual([
    'FIRST  MIDDLE     LAST',
    'name   something  a longer de…',
  ]);
});

test('and then left out', () => {
  expect(table(header, rows, look(20))).toEqual(['FIRST  MIDDLE', 'name   something']);
  expect(table(header, rows, look(12))).toEqual(['FIRST', 'name']);
});

test('what is important is cut only when all else is gone', () => {
  const long = [['a-very-long-name', 'something', 'a longer description']];
  expect(table(header, long, look(12))).toEqual(['FIRST', 'a-very-long…']);
});
