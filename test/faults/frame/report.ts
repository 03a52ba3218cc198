import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { MEASURE_IDS, type MeasureId, measured } from './measures.ts';
import type { Scenario } from './scenario.ts';
import type { Counted, Tallied } from './tally.ts';

/** What one scenario's last run in full has found. */
export interface Reported extends Tallied {
  name: string;
  fault: string;
  /** Day of the run, and what it ran on. */
  at: string;
  on: string;
  seconds: number;
}

export interface Row {
  title: string;
  of: string;
  n: number;
  found: string;
  hold: string;
  holds: boolean;
}

export function reported(scenario: Scenario, tallied: Tallied, seconds: number): Reported {
  const { name, fault } = scenario;
  // Times say nothing without it: a machine with other work does everything later.
  const load = `load ${Math.round(loadavg()[2] ?? 0)}`;
  const on = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores, ${load}`;
  return { name, fault, at: new Date().toISOString().slice(0, 10), on, seconds, ...tallied };
}

/** What is not as it should be, in words. */
export function foundIn(tallied: Tallied): string[] {
  return MEASURE_IDS.flatMap((id) => {
    const one = tallied.measures[id];
    if (one === undefined || row(id, one).holds) return [];
    const { p99MsMax } = measured(id);
    if (p99MsMax !== undefined) return [`${measured(id).title}: ${row(id, one).found}`];
    return one.found.map((what) => `${measured(id).title}: ${what}`);
  });
}

/** One line for each measure, over all scenarios. */
export function rows(reports: readonly Tallied[]): Row[] {
  return MEASURE_IDS.flatMap((id) => {
    const all = reports.flatMap(({ measures }) => measures[id] ?? []);
    if (all.length === 0) return [];
    const sum = (of: (one: Counted) => number) => all.reduce((total, one) => total + of(one), 0);
    const together: Counted = {
      n: sum(({ n }) => n),
      foundCount: sum(({ foundCount }) => foundCount),
      found: [],
      timesMs: all.flatMap(({ timesMs }) => timesMs),
    };
    return [row(id, together)];
  });
}

function row(id: MeasureId, { n, foundCount, timesMs }: Counted): Row {
  const { title, of, p99MsMax } = measured(id);
  if (p99MsMax === undefined) {
    return { title, of, n, found: String(foundCount), hold: '0', holds: foundCount === 0 };
  }
  const p99Ms = percentile(timesMs, 0.99);
  const found = `p99 ${p99Ms} ms, most ${Math.max(0, ...timesMs)} ms`;
  return { title, of, n, found, hold: `p99 <= ${p99MsMax} ms`, holds: p99Ms <= p99MsMax };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export function table(lines: readonly Row[]): string {
  const head = '| measure | N | found | hold | holds |\n|---|---|---|---|---|';
  const body = lines.map(
    ({ title, of, n, found, hold, holds }) =>
      `| ${title} | ${n} ${of} | ${found} | ${hold} | ${holds ? 'yes' : 'NO'} |`,
  );
  return [head, ...body].join('\n');
}

/** Takes the scenarios' reports into the file, in place of older ones of the same names. */
export function keepReport(file: string, fresh: readonly Reported[]): Reported[] {
  const names = new Set(fresh.map(({ name }) => name));
  const kept = readReports(jsonOf(file)).filter(({ name }) => !names.has(name));
  const all = [...kept, ...fresh].sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(jsonOf(file), `${JSON.stringify(all)}\n`);
  writeFileSync(file, page(all));
  return all;
}

function jsonOf(file: string): string {
  return file.replace(/(?:\.md)?$/, '.json');
}

function readReports(file: string): Reported[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

function page(reports: readonly Reported[]): string {
  return `${[
    '# What was broken on purpose, and what came of it',
    'Written by `npm run faults -- --full`; the same as JSON beside it.',
    table(rows(reports)),
    '## What was done',
    doings(reports),
    ...reports.flatMap((report) => [
      `## ${report.name}`,
      `${report.fault} ${report.at}, ${report.seconds} s on ${report.on}.`,
      table(rows([report])),
      ...wrong(report),
    ]),
  ].join('\n\n')}\n`;
}

function doings(reports: readonly Reported[]): string {
  const counts = new Map<string, number>();
  for (const { happenings } of reports) {
    for (const [what, n] of Object.entries(happenings)) {
      counts.set(what, (counts.get(what) ?? 0) + n);
    }
  }
  const lines = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([w, n]) => `| ${w} | ${n} |`);
  return ['| what | N |', '|---|---|', ...lines].join('\n');
}

function wrong(report: Reported): string[] {
  const found = foundIn(report);
  return found.length === 0 ? [] : [found.map((what) => `- ${what}`).join('\n')];
}
