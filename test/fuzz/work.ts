import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { isBiotopeError } from '../../src/model/errors.ts';
import type { Target, Trial, Verdict } from './target.ts';
import { loadTargets } from './targets.ts';

export interface FuzzRequest {
  inputs: number;
  seed: number;
  only: string | null;
  /** Of one input, as fast-check names it; null: all. */
  path: string | null;
  /** How many inputs were begun in all, and which one of the batch this is. */
  counter: SharedArrayBuffer;
}

export interface BatchBegun {
  kind: 'begun';
  target: string;
  seed: number;
}

export interface Finished {
  kind: 'finished';
  targets: Figures[];
  growthBytes: number;
  failures: Failure[];
}

interface Figures {
  name: string;
  inputs: number;
  refused: number;
  seconds: number;
  slowestMs: number;
}

interface Failure {
  target: string;
  seed: number;
  path: string;
  input: string;
  error: string;
}

/** Of processor time: what else the machine does has no part in it. */
const INPUT_MS_MAX = 1_000;
const INPUT_CHARACTERS_MAX = 4_000;
const BATCH = { min: 20, max: 500, perTarget: 10 };

const request: FuzzRequest = workerData;
const counter = new Int32Array(request.counter);

/** Runs one batch; counts its inputs and tells of one that failed, made as small as it can be. */
async function runBatch(
  target: Target,
  { seed, inputs }: { seed: number; inputs: number },
  figures: Figures,
): Promise<Failure | null> {
  parentPort?.postMessage({ kind: 'begun', target: target.name, seed } satisfies BatchBegun);
  Atomics.store(counter, 1, -1);
  const trial = await target.open();
  const beganAtMs = performance.now();
  try {
    const property = fc.asyncProperty(trial.inputs, (input) => attempt(trial, input, figures));
    const { path } = request;
    const outcome = await fc.check(property, {
      seed,
      numRuns: path === null ? inputs : 1,
      ...(path === null ? {} : { path, endOnFailure: true }),
    });
    return outcome.failed ? failureOf(target, outcome) : null;
  } finally {
    figures.seconds += (performance.now() - beganAtMs) / 1_000;
    await trial.close?.();
  }
}

async function attempt(trial: Trial<unknown>, input: unknown, figures: Figures): Promise<void> {
  Atomics.add(counter, 0, 1);
  Atomics.add(counter, 1, 1);
  figures.inputs += 1;
  const before = process.threadCpuUsage();
  if ((await verdictOn(trial, input)) === 'refused') figures.refused += 1;
  const { user, system } = process.threadCpuUsage(before);
  const tookMs = (user + system) / 1_000;
  figures.slowestMs = Math.max(figures.slowestMs, tookMs);
  if (tookMs > INPUT_MS_MAX) throw new Error(`it took ${tookMs.toFixed(0)} ms`);
}

async function verdictOn(trial: Trial<unknown>, input: unknown): Promise<Verdict> {
  try {
    return await trial.try(input);
  } catch (error) {
    if (isBiotopeError(error) && error.code !== 'INTERNAL') return 'refused';
    throw error;
  }
}

function failureOf(target: Target, outcome: fc.RunDetails<[unknown]>): Failure {
  const { seed, counterexample, counterexamplePath, errorInstance } = outcome;
  const input = textOf(counterexample?.[0]);
  return {
    target: target.name,
    seed,
    path: counterexamplePath ?? '',
    input:
      input.length <= INPUT_CHARACTERS_MAX ? input : `${input.slice(0, INPUT_CHARACTERS_MAX)}…`,
    error: errorInstance instanceof Error ? String(errorInstance.stack) : String(errorInstance),
  };
}

function textOf(input: unknown): string {
  try {
    return fc.stringify(input);
  } catch (error) {
    if (error instanceof RangeError) return 'something that is nested too deeply to be shown';
    throw error;
  }
}

/** What is still in use once all is collected that can be. */
function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error('start this with node --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What is left to do for one target. */
interface Line {
  target: Target;
  left: number;
  batchSize: number;
  figures: Figures;
}

function linesOf(targets: readonly Target[]): Line[] {
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.map((target) => {
    const left = Math.ceil((request.inputs * target.weight) / weights);
    const wanted = Math.ceil(left / BATCH.perTarget);
    const batchSize = Math.min(BATCH.max, Math.max(BATCH.min, wanted));
    const figures = { name: target.name, inputs: 0, refused: 0, seconds: 0, slowestMs: 0 };
    return { target, left, batchSize, figures };
  });
}

/** Of which there are inputs left to try; none once somebody does not want to wait for the rest. */
function unfinished(lines: readonly Line[]): Line[] {
  const isToStop = parentPort !== null && receiveMessageOnPort(parentPort) !== undefined;
  return isToStop ? [] : lines.filter(({ left }) => left > 0);
}

/** Batch after batch, each target in turn. */
async function runAll(): Promise<Finished> {
  const lines = linesOf(await loadTargets(request.only));
  const failures: Failure[] = [];
  let { seed } = request;
  let usedAtFirst: number | undefined;
  for (let round = unfinished(lines); round.length > 0; round = unfinished(lines)) {
    for (const line of round) {
      const inputs = Math.min(line.left, line.batchSize);
      const failure = await runBatch(line.target, { seed, inputs }, line.figures);
      if (failure !== null) failures.push(failure);
      // One fault of a target hides the others anyway.
      line.left = failure === null && request.path === null ? line.left - inputs : 0;
      seed += 1;
    }
    // After the first round, in which everything was loaded and every cache was begun.
    usedAtFirst ??= usedBytes();
  }
  const usedBytesAtLast = usedBytes();
  const growthBytes = usedBytesAtLast - (usedAtFirst ?? usedBytesAtLast);
  return { kind: 'finished', targets: lines.map(({ figures }) => figures), growthBytes, failures };
}

parentPort?.postMessage(await runAll());
