import { writeFileSync } from 'node:fs';
import { messageOf } from '../../src/model/thrown.ts';
import { INTERRUPTED_EXIT_CODE, untilInterrupted } from '../support/program-options.ts';
import { apiBurst } from './api-burst.ts';
import { apiHealth } from './api-health.ts';
import { brokerCommands } from './broker/commands.ts';
import { brokerWorkers } from './broker/workers.ts';
import { dependents } from './dependents.ts';
import { fairness } from './fairness.ts';
import {
  type Benchmark,
  type Figure,
  figureOf,
  type Goal,
  type Measured,
  unmeasured,
} from './figure.ts';
import { removeFolders } from './folder.ts';
import { memory } from './memory.ts';
import { DEFAULT_PAIRS, type Options, readOptions } from './options.ts';
import { DEFAULT_PEERS_FOLDER, PeerMissingError } from './peers/peers.ts';
import { planning } from './plan.ts';
import { postgresCommits } from './postgres-commits.ts';
import { stacks20, stacks100 } from './stacks.ts';
import { stacks20Cdktn } from './stacks-20-cdktn.ts';
import { stacks20Provider } from './stacks-20-provider.ts';
import { stacks20Terragrunt } from './stacks-20-terragrunt.ts';
import { stacks20Work } from './stacks-20-work.ts';
import { start } from './start.ts';
import { stepsChain, stepsFan } from './steps.ts';

/**
 * Each figure is a ratio taken side by side in one run: absolute times of one machine say little
 * about another.
 */
const BENCHMARKS: readonly Benchmark[] = [
  stacks20,
  stacks100,
  stacks20Terragrunt,
  stacks20Cdktn,
  stacks20Provider,
  stacks20Work,
  stepsChain,
  stepsFan,
  fairness,
  planning,
  postgresCommits,
  dependents,
  memory,
  apiBurst,
  apiHealth,
  brokerCommands,
  brokerWorkers,
  start,
];

const USAGE_EXIT_CODE = 64;

function help(): string {
  const names = BENCHMARKS.map(({ name, says }) => `  ${name.padEnd(22)} ${says}`);
  return `npm run bench [-- OPTIONS]

  --only NAME    this one alone; may be given again
  --pairs N      how often what is compared is run, in turns (${DEFAULT_PAIRS})
  --json FILE    the figures as JSON as well
  --peers DIR    where what others made is put (${DEFAULT_PEERS_FOLDER})
  --quick        to see that they run: tiny sizes, nothing is fetched, no value means anything
  --help

${names.join('\n')}

It ends with 0 where every figure holds, and with 1 where one is missed or could not be measured.
`;
}

function say(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

/** Prints each figure as soon as it is there. */
async function figuresOf(benchmark: Benchmark, options: Options): Promise<Figure[]> {
  process.stderr.write(`${benchmark.name}: ${benchmark.says}\n`);
  try {
    const measured = await benchmark.run({ ...options, say });
    return benchmark.goals.map((goal, at) => told(goal, measured[at], options.quick));
  } catch (error) {
    const isPeer = error instanceof PeerMissingError;
    const why = isPeer ? messageOf(error) : String(error instanceof Error ? error.stack : error);
    for (const { name } of benchmark.goals) process.stdout.write(`${name}: NOT MEASURED: ${why}\n`);
    return benchmark.goals.map(unmeasured);
  }
}

function told(goal: Goal, measured: Measured | null | undefined, quick: boolean): Figure {
  if (measured === undefined) throw new Error(`${goal.name} has no answer.`);
  if (measured === null) {
    process.stdout.write(`${goal.name}: NOT MEASURED\n`);
    return unmeasured(goal);
  }
  const { name, unit, comparedWith, target, targetIs } = goal;
  const { ratios } = measured;
  const figure = figureOf(goal, measured);
  const verdict = figure.holds ? 'holds' : 'MISSED';
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3));
  process.stdout.write(
    `${name}: ${measured.value.toFixed(3)} ${unit}, ${figure.ratio?.toFixed(3)} of ${comparedWith}, ` +
      `N = ${ratios.length}, ${least} to ${most} ` +
      `(target ${targetIs} ${target}: ${quick ? 'a quick look, which shows nothing' : verdict})\n`,
  );
  return figure;
}

/** Written anew after each, from the first moment on: a place that cannot be written is told at once. */
function writeFigures(file: string, figures: readonly Figure[]): void {
  const rows = figures.map(({ name, value, unit, comparedWith, ratio, target, holds }) => ({
    name,
    value,
    unit,
    comparedWith,
    ratio,
    target,
    holds,
  }));
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
}

async function main(): Promise<void> {
  const options = readOptions(
    process.argv.slice(2),
    BENCHMARKS.map(({ name }) => name),
  );
  if (options.help) {
    process.stdout.write(help());
    return;
  }
  const { only, json } = options;
  const figures: Figure[] = [];
  if (json !== undefined) writeFigures(json, figures);
  for (const benchmark of BENCHMARKS) {
    if (only.length > 0 && !only.includes(benchmark.name)) continue;
    figures.push(...(await figuresOf(benchmark, options)));
    if (json !== undefined) writeFigures(json, figures);
  }
  process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
}

/** What is being measured has no value any more; the figures before it are told and written. */
untilInterrupted(() => {
  say('interrupted: of this one there is no figure.');
  removeFolders();
  process.exit(INTERRUPTED_EXIT_CODE);
});
await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = USAGE_EXIT_CODE;
});
