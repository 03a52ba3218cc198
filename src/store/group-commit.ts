import { BiotopeError, isBiotopeError } from '../model/errors.ts';
import { backoffMs } from '../platform/backoff.ts';
import { type Clock, sleep } from '../platform/clock.ts';
import type { Random } from '../platform/ids.ts';
import type { Failures, Guarded } from './guarded.ts';
import type { Group, PhysicalCommit } from './physical-commit.ts';
import type { PreparedTransaction } from './prepared-transaction.ts';
import type { Committed, LogChunk } from './store.ts';

/**
 * Many writers, one physical commit: while one is under way the next group gathers. States:
 *
 *   idle -> scheduled (the work in hand is done first) -> committing -> idle | scheduled
 *   any -> closed (what waits is committed first)
 *
 * A group that the database refuses is tried again job by job, so that only the guilty ones fail.
 */
export interface GroupCommit {
  commit(transaction: PreparedTransaction): Promise<Committed>;
  appendLog(chunk: LogChunk): Promise<void>;
  markPublished(throughSequence: number): Promise<void>;
  /** Commits what waits; later jobs are rejected. */
  close(): Promise<void>;
}

type Job = { reject(error: unknown): void } & (
  | { transaction: PreparedTransaction; resolve(outcome: Committed): void }
  | { chunk: LogChunk; resolve(): void }
  | { published: number; resolve(): void }
);

const JOBS_PER_COMMIT_MAX = 1_000;
/** So that one statement does not hold everything. One alone may be larger. */
const CHARACTERS_PER_COMMIT_MAX = 16 * 1024 * 1024;

/** A transaction in whose way another one was. */
const CONFLICT_BACKOFF = { initialDelayMs: 10, delayMaxMs: 500 };
const CONFLICTS_MAX = 8;

interface Dependencies {
  physical: PhysicalCommit;
  clock: Clock;
  random: Random;
  guarded: Guarded;
  failures: Failures;
}

export function createGroupCommit(dependencies: Dependencies): GroupCommit {
  const { physical, clock, failures } = dependencies;
  const waiting: Job[] = [];
  let flushing: Promise<void> | null = null;
  let isClosed = false;

  const flush = async () => {
    await new Promise<void>((resolve) => clock.soon(resolve));
    while (waiting.length > 0) await commitJobs(dependencies, nextGroup(waiting));
    flushing = null;
  };

  const add = (job: Job) => {
    if (isClosed) return job.reject(failures.closed());
    waiting.push(job);
    flushing ??= flush();
  };

  return {
    commit: (transaction) =>
      new Promise((resolve, reject) => add({ transaction, resolve, reject })),
    appendLog: (chunk) => new Promise((resolve, reject) => add({ chunk, resolve, reject })),
    markPublished: (published) =>
      new Promise((resolve, reject) => add({ published, resolve, reject })),
    close: async () => {
      isClosed = true;
      await flushing;
      await physical.close();
    },
  };
}

/** Takes them from those that wait, in their order. */
function nextGroup(waiting: Job[]): Job[] {
  let characters = 0;
  const enough = waiting.findIndex((job, at) => {
    characters += sizeOf(job);
    return at > 0 && (at === JOBS_PER_COMMIT_MAX || characters > CHARACTERS_PER_COMMIT_MAX);
  });
  return waiting.splice(0, enough === -1 ? waiting.length : enough);
}

function sizeOf(job: Job): number {
  if ('chunk' in job) return job.chunk.text.length;
  if ('published' in job) return 0;
  const { writes, events } = job.transaction;
  return writes.reduce((sum, { value }) => sum + value.length, events.json?.length ?? 0);
}

/** Never rejects. */
async function commitJobs(dependencies: Dependencies, jobs: readonly Job[]): Promise<void> {
  try {
    tell(jobs, await commitGroup(dependencies, groupOf(jobs)));
  } catch (error) {
    const failure = dependencies.failures.translate(error);
    const isGuiltyAmongMany = jobs.length > 1 && !isBiotopeError(failure, 'STORE_UNAVAILABLE');
    if (!isGuiltyAmongMany) {
      for (const job of jobs) job.reject(failure);
      return;
    }
    for (const job of jobs) await commitJobs(dependencies, [job]);
  }
}

function groupOf(jobs: readonly Job[]): Group {
  const published = jobs.map((job) => ('published' in job ? job.published : 0));
  return {
    transactions: jobs.flatMap((job) => ('transaction' in job ? job.transaction : [])),
    logs: jobs.flatMap((job) => ('chunk' in job ? job.chunk : [])),
    publishedThrough: Math.max(0, ...published),
  };
}

function tell(jobs: readonly Job[], outcomes: readonly (Committed | BiotopeError)[]): void {
  let at = 0;
  for (const job of jobs) {
    if (!('transaction' in job)) {
      job.resolve();
      continue;
    }
    const outcome = outcomes[at];
    at += 1;
    if (outcome === undefined || outcome instanceof BiotopeError) job.reject(outcome);
    else job.resolve(outcome);
  }
}

async function commitGroup(dependencies: Dependencies, group: Group) {
  const { physical, clock, random, guarded, failures } = dependencies;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await guarded(() => physical.commit(group));
    } catch (error) {
      if (!failures.isWorthRetrying(error) || attempt > CONFLICTS_MAX) throw error;
      await sleep(clock, backoffMs(CONFLICT_BACKOFF, attempt, random));
    }
  }
}
