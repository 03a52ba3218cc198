import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/model/thrown.ts';
import {
  INTERRUPTED_EXIT_CODE,
  readProgramOptions,
  refuseUsage,
  untilInterrupted,
  wholeNumber,
} from '../support/program-options.ts';
import { foundIn, keepReport, type Reported, reported, rows, table } from './frame/report.ts';
import { runScenario } from './frame/run-scenario.ts';
import type { Scenario } from './frame/scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

const HELP = `npm run faults [-- --full [OPTIONS]]

Without --full the tests of this folder, as CI runs them. With it every scenario as often as its
measures ask for. A scenario that is run again replaces what the report told of it.

  --only NAME     this one alone
  --rounds N      so many of each
  --from ROUND    begins with this one, to see it again; the report stays as it is
  --report FILE   where the report is kept (test/faults/report.md, and as JSON beside it)
  --keep          leaves the folders in which something was found, and tells them
  --help

${SCENARIOS.map(({ name, rounds, fault }) => `  ${name} (${rounds.full})\n      ${fault}`).join('\n')}

It ends with 0 where everything holds, and with 1 where something was found. Ctrl-C ends it once the
rounds under way have cleared up; their scenario is not told.
`;

const options = readProgramOptions(HELP, {
  full: { type: 'boolean', default: false },
  only: { type: 'string' },
  rounds: { type: 'string' },
  from: { type: 'string' },
  report: { type: 'string' },
  keep: { type: 'boolean', default: false },
});

const { report: reportFile = fileURLToPath(new URL('report.md', import.meta.url)) } = options;

const ROUNDS_TOLD_EVERY = 5;

const say = (line: string) => process.stderr.write(`${line}\n`);

function chosen(): readonly Scenario[] {
  const found = SCENARIOS.filter(({ name }) => options.only === undefined || name === options.only);
  if (found.length > 0) return found;
  const names = SCENARIOS.map(({ name }) => name).join(', ');
  return refuseUsage(`There is no scenario ${options.only}. There are: ${names}.`);
}

function roundsOf(scenario: Scenario): number {
  const { rounds } = options;
  return rounds === undefined ? scenario.rounds.full : wholeNumber('rounds', rounds, { min: 1 });
}

/** Before the work of hours, not after it. */
function demandWritable(): void {
  try {
    keepReport(reportFile, []);
  } catch (error) {
    refuseUsage(`The report cannot be kept: ${messageOf(error)}`);
  }
}

async function runOne(scenario: Scenario, signal: AbortSignal): Promise<Reported | undefined> {
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
    from: wholeNumber('from', options.from ?? '0'),
    signal,
    onRound: () => {
      ended += 1;
      if (ended % ROUNDS_TOLD_EVERY === 0) say(`  ${ended} of ${rounds}`);
    },
    ...(options.keep ? { onKept: (folder, round) => say(`  round ${round}: ${folder}`) } : {}),
  });
  if (signal.aborted) return undefined;
  return reported(scenario, tallied, Math.round((performance.now() - beganAtMs) / 1_000));
}

function tell(report: Reported): void {
  const found = foundIn(report);
  for (const what of found) say(`  ${what}`);
  if (found.length === 0) return;
  say(
    `  To repeat a round: npm run faults -- --full --only ${report.name} --from ROUND --rounds 1`,
  );
}

async function runFully(signal: AbortSignal): Promise<boolean> {
  const reports: Reported[] = [];
  for (const scenario of chosen()) {
    if (signal.aborted) break;
    const report = await runOne(scenario, signal);
    if (report === undefined) continue;
    reports.push(report);
    // What was found so far is kept should a later one be interrupted.
    if (options.from === undefined) keepReport(reportFile, [report]);
    tell(report);
  }
  const lines = rows(reports);
  process.stdout.write(`${table(lines)}\n`);
  return lines.every(({ holds }) => holds);
}

function runTests(): number {
  const { only, rounds, from, report, keep } = options;
  const needless = Object.entries({ only, rounds, from, report, keep: keep || undefined });
  const [first] = needless.find(([, value]) => value !== undefined) ?? [];
  if (first !== undefined) refuseUsage(`--${first} goes with --full.`);
  const vitest = spawnSync('vitest', ['run', '--project', 'faults'], { stdio: 'inherit' });
  return vitest.status ?? 1;
}

async function runAll(): Promise<number> {
  if (options.from === undefined) demandWritable();
  const signal = untilInterrupted(() => say('The rounds under way are ended.'));
  const holds = await runFully(signal);
  const goodEnd = signal.aborted ? INTERRUPTED_EXIT_CODE : 0;
  return holds ? goodEnd : 1;
}

process.exitCode = options.full ? await runAll() : runTests();
