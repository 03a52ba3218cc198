import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { foundIn, keepReport, type Reported, reported, rows, table } from './frame/report.ts';
import { runScenario } from './frame/run-scenario.ts';
import type { Scenario } from './frame/scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

/**
 * npm run faults [-- --full [--only NAME] [--rounds N] [--report FILE] [--keep]]
 *
 * Without `--full` the tests of this folder, as CI runs them. With it every scenario as often as its
 * measures ask for; the report is kept in test/faults/report.md, or in FILE. A run of one scenario
 * replaces what was told of that one. `--keep` leaves the folders in which something was found.
 */
const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    report: { type: 'string', default: fileURLToPath(new URL('report.md', import.meta.url)) },
    keep: { type: 'boolean', default: false },
  },
});

const ROUNDS_TOLD_EVERY = 5;

const say = (line: string) => process.stderr.write(`${line}\n`);

function usage(line: string): never {
  say(line);
  process.exit(64);
}

function chosen(): readonly Scenario[] {
  const found = SCENARIOS.filter(({ name }) => options.only === undefined || name === options.only);
  if (found.length > 0) return found;
  const names = SCENARIOS.map(({ name }) => name).join(', ');
  return usage(`There is no scenario ${options.only}. There are: ${names}.`);
}

function roundsOf(scenario: Scenario): number {
  if (options.rounds === undefined) return scenario.rounds.full;
  if (/^[1-9]\d*$/.test(options.rounds)) return Number(options.rounds);
  return usage(`--rounds ${options.rounds}: write a whole number.`);
}

async function runOne(scenario: Scenario): Promise<Reported | undefined> {
  const hindrance = scenario.hindrance?.();
  if (hindrance !== undefined) {
    say(`${scenario.name}: left out, ${hindrance}`);
    return undefined;
  }
  const rounds = roundsOf(scenario);
  say(`${scenario.name}: ${scenario.fault} ${rounds} rounds`);
  const beganAtMs = performance.now();
  let ended = 0;
  const tallied = await runScenario(scenario, {
    rounds,
    onRound: () => {
      ended += 1;
      if (ended % ROUNDS_TOLD_EVERY === 0) say(`  ${ended} of ${rounds}`);
    },
    ...(options.keep ? { onKept: (folder, round) => say(`  round ${round}: ${folder}`) } : {}),
  });
  return reported(scenario, tallied, Math.round((performance.now() - beganAtMs) / 1_000));
}

async function runFully(): Promise<boolean> {
  const reports: Reported[] = [];
  for (const scenario of chosen()) {
    const report = await runOne(scenario);
    if (report === undefined) continue;
    reports.push(report);
    // What was found so far is kept should a later one be interrupted.
    keepReport(options.report, [report]);
    for (const what of foundIn(report)) say(`  ${what}`);
  }
  const lines = rows(reports);
  process.stdout.write(`${table(lines)}\n`);
  return lines.every(({ holds }) => holds);
}

if (options.full) {
  process.exitCode = (await runFully()) ? 0 : 1;
} else {
  const vitest = spawnSync('vitest', ['run', '--project', 'faults'], { stdio: 'inherit' });
  process.exitCode = vitest.status ?? 1;
}
