import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TARGET_NAMES } from './targets.ts';
import type { BatchBegun, Finished, FuzzRequest } from './work.ts';

/**
 * `npm run fuzz -- --inputs 1000000`: throws generated inputs at everything that takes something from
 * outside. `--only NAME` for one target, `--seed N` for the same inputs again, `--path P` for a single
 * one. Prints what failed with the command that repeats it, and ends with 1 then.
 */
const LOOK_EVERY_MS = 200;
const GROWTH_BYTES_MAX = 50 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

interface Request extends FuzzRequest {
  /** An input that takes longer ends the run; slower than it should be it is long before. */
  hangMs: number;
}

function readRequest(): Request {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      only: { type: 'string' },
      path: { type: 'string' },
      'hang-ms': { type: 'string', default: '60000' },
    },
  });
  const { only = null, path = null } = values;
  const [inputs, seed, hangMs] = [values.inputs, values.seed, values['hang-ms']].map(Number);
  if (!isWhole(inputs) || inputs < 1 || !isWhole(seed) || !isWhole(hangMs)) {
    throw new Error('--inputs, --seed and --hang-ms take whole numbers');
  }
  if (path !== null && only === null) throw new Error('--path needs --only and --seed');
  if (only !== null && !TARGET_NAMES.includes(only)) {
    throw new Error(`--only takes one of ${TARGET_NAMES.join(', ')}`);
  }
  return { inputs, seed, only, path, hangMs, counter: new SharedArrayBuffer(8) };
}

function isWhole(value: number | undefined): value is number {
  return Number.isSafeInteger(value);
}

function replay({ target, seed }: BatchBegun, path: string): string {
  return `npm run fuzz -- --only ${target} --seed ${seed} --path ${path}`;
}

function run({ hangMs, ...request }: Request): Promise<boolean> {
  const worker = new Worker(new URL('./work.ts', import.meta.url), { workerData: request });
  const counter = new Int32Array(request.counter);
  let batch: BatchBegun | undefined;
  let seen = -1;
  let sinceMs = Date.now();

  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      const now = Atomics.load(counter, 0);
      if (now !== seen) {
        seen = now;
        sinceMs = Date.now();
      }
      if (batch === undefined || Date.now() - sinceMs < hangMs) return;
      console.error(
        `An input of ${batch.target} takes longer than ${hangMs / 1_000} s. To repeat:`,
      );
      console.error(`  ${replay(batch, String(Atomics.load(counter, 1)))}`);
      end(false);
    }, LOOK_EVERY_MS);
    const end = (isGood: boolean) => {
      clearInterval(watch);
      void worker.terminate();
      resolve(isGood);
    };
    worker.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    worker.on('message', (message: BatchBegun | Finished) => {
      if (message.kind === 'begun') batch = message;
      else end(report(message));
    });
  });
}

function report({ targets, growthBytes, failures }: Finished): boolean {
  for (const { name, inputs, refused, seconds, slowestMs } of targets) {
    const figures = [
      `${inputs} inputs`,
      `${refused} refused`,
      `${seconds.toFixed(1)} s`,
      `slowest ${slowestMs.toFixed(0)} ms`,
    ];
    console.log(`${name.padEnd(12)} ${figures.join(', ')}`);
  }
  const total = targets.reduce((sum, { inputs }) => sum + inputs, 0);
  const growth = growthBytes / MEGABYTE;
  console.log(
    `${total} inputs, ${failures.length} failures, memory grew by ${growth.toFixed(1)} MB`,
  );
  for (const { target, seed, path, input, error } of failures) {
    console.error(`\n${target} failed for\n  ${input}\n${error}\nTo repeat:`);
    console.error(`  ${replay({ kind: 'begun', target, seed }, path)}`);
  }
  const isFlat = growthBytes <= GROWTH_BYTES_MAX;
  if (!isFlat) console.error(`Memory may grow by ${GROWTH_BYTES_MAX / MEGABYTE} MB.`);
  return failures.length === 0 && isFlat;
}

process.exitCode = (await run(readRequest())) ? 0 : 1;
