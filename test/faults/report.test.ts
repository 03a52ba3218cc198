import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { foundIn, keepReport, reported, rows } from './frame/report.ts';
import type { Scenario } from './frame/scenario.ts';
import { createTally } from './frame/tally.ts';

const scenario = (name: string): Scenario => ({
  name,
  fault: `What ${name} breaks.`,
  rounds: { ci: 1, full: 1 },
  templates: [],
  round: async () => {},
});

function reportOf(name: string, { orphans, timesMs }: { orphans: string[]; timesMs: number[] }) {
  const tally = createTally();
  tally.count('orphans', 3, orphans);
  for (const timeMs of timesMs) tally.time('resume', timeMs);
  tally.happened('kill -9');
  return reported(scenario(name), tally.result(), 5);
}

test('a measure holds where nothing was found, and times up to their 99th percentile', () => {
  const fine = reportOf('fine', { orphans: [], timesMs: [10, 30, 20] });
  expect(foundIn(fine)).toEqual([]);
  const late = reportOf('late', { orphans: ['7 sleep'], timesMs: [60_000] });
  expect(foundIn(late)).toEqual([
    'Children of an executor without a live order: 7 sleep',
    'Resumption after a kill: p99 60000 ms, most 60000 ms',
  ]);
  expect(rows([fine, late]).map(({ n, found, holds }) => [n, found, holds])).toEqual([
    [6, '1', false],
    [4, 'p99 60000 ms, most 60000 ms', false],
  ]);
});

test('a report keeps what others have found, and replaces what the same scenario found before', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'report.md');
  keepReport(file, [reportOf('one', { orphans: ['7 sleep'], timesMs: [] })]);
  keepReport(file, [reportOf('two', { orphans: [], timesMs: [10] })]);
  keepReport(file, [reportOf('one', { orphans: [], timesMs: [20] })]);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('7 sleep');
  expect(text).toContain(
    '| Children of an executor without a live order | 6 rounds | 0 | 0 | yes |',
  );
  expect(text).toContain('| kill -9 | 2 |');
  expect([...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name)).toEqual([
    'What was done',
    'one',
    'two',
  ]);
});
