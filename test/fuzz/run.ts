import { Worker } from 'node:worker_threads';
import {
  INTERRUPTED_EXIT_CODE,
  readProgramOptions,
  refuseUsage,
  untilInterrupted,
  wholeNumber,
} from '../support/program-options.ts';
import { TARGET_NAMES } from './targets.ts';
import type { BatchBegun, Finished, FuzzRequest } from './work.ts';

const HELP = `npm run fuzz [-- OPTIONS]

Throws generated inputs at everything that takes something from outside, and prints what failed with
the command that repeats it.

  --inputs N     how many (10000)
  --seed N       the same inputs again; otherwise others each time
  --only NAME    one of ${TARGET_NAMES.join(', ')}
  --path P       a single input, as a failure names it: with --only and --seed
  --hang-ms N    an input that takes so long ends the run (60000)
  --help

It ends with 0 where nothing failed and memory grew by 50 MB at most, otherwise with 1. Ctrl-C ends it
after the inputs at hand.
`;

const LOOK_EVERY_MS = 200;
const GROWTH_BYTES_MAX = 50 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

interface Request extends FuzzRequest {
  /** An input that takes longer ends the run; slower than it should be it is long before. */
  hangMs: number;
}

function readRequest(): Request {
  const values = readProgramOptions(HELP, {
    inputs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    only: { type: 'string' },
    path: { type: 'string' },
    'hang-ms': { type: 'string', default: '60000' },
  });
  const { only = null, path = null } = values;
  if (path !== null && only === null) refuseUsage('--path needs --only and --seed.');
  if (only !== null && !TARGET_NAMES.includes(only)) {
    refuseUsage(`--only takes one of ${TARGET_NAMES.join(', ')}, not "${only}".`);
  }
  return {
    inputs: wholeNumber('inputs', values.inputs, { min: 1 }),
    seed: wholeNumber('seed', values.seed),
    hangMs: wholeNumber('hang-ms', values['hang-ms'], { min: 1 }),
    only,
    path,
    counter: new SharedArrayBuffer(8),
  };
}

function replay({ target, seed }: BatchBegun, path: string): string {
  return `npm run fuzz -- --only ${target} --seed ${seed} --path ${path}`;
}

function run({ hangMs, ...request }: Request, signal: AbortSignal): Promise<boolean> {
  const worker = new Worker(new URL('./work.ts', import.meta.url), { workerData: request });
  signal.addEventListener('abort', () => worker.postMessage('stop'));
  const counter = new Int32Array(request.counter);
  let batch: BatchBegun | undefined;
  let seen = -1;
  let sinceMs = Date.now();

  return new Promise((resolve) => {
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
      console.error(`${error.stack ?? error.message}`);
      if (batch !== undefined) {
        console.error(`That ended everything, in the middle of ${batch.target}. To repeat:`);
        console.error(`  npm run fuzz -- --only ${batch.target} --seed ${batch.seed}`);
      }
      end(false);
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

const request = readRequest();
const signal = untilInterrupted(() => console.error('The inputs at hand come to their end.'));
console.error(`seed ${request.seed}`);
const isGood = await run(request, signal);
const goodEnd = signal.aborted ? INTERRUPTED_EXIT_CODE : 0;
process.exitCode = isGood ? goodEnd : 1;
