import type { DatabaseSync } from 'node:sqlite';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import { createDataVersion } from './data-version.ts';

/**
 * Many writers, one physical commit: the price of a commit is the disk's, whatever is in it.
 *
 *   idle -> scheduled (a job waits until the work in hand is done) -> flushing -> idle | scheduled
 *   any -> closed (what waits is flushed first)
 *
 * A group whose write or commit fails is rolled back and replayed job by job, so that only the
 * guilty ones fail. Nobody is told anything before that is decided.
 */
export interface GroupCommit {
  /**
   * Runs `write` in the next physical commit and resolves with its result once that is durable.
   * `write` may refuse with STORE_CONFLICT, and then must have written nothing. It may run twice.
   */
  run<T>(write: () => T): Promise<T>;
  /** Commits what waits; later jobs are rejected. */
  close(): void;
}

/** Memory that mirrors what the database holds, and must follow its commits and rollbacks. */
export interface GroupMemory {
  /** `isOutdated`: another connection has committed since the last group, or this is the first. */
  begun(isOutdated: boolean): void;
  /** May write what belongs to the group. */
  committing(): void;
  rolledBack(): void;
}

/** So that a long queue does not hold up everything else in the process. */
const JOBS_PER_COMMIT_MAX = 1_000;

interface Job {
  /** Does the work and returns what is to be told once it is durable. */
  run(): () => void;
  reject(error: unknown): void;
}

interface Dependencies {
  database: DatabaseSync;
  path: string;
  clock: Clock;
  memory: GroupMemory;
  /** Throws where a commit would reach no file that anybody finds again. */
  demandThere(): void;
}

export function createGroupCommit(dependencies: Dependencies): GroupCommit {
  const { path, clock } = dependencies;
  const waiting: Job[] = [];
  let isScheduled = false;
  let isClosed = false;
  const physical = createPhysicalCommit(dependencies);

  const schedule = () => {
    if (isScheduled || waiting.length === 0) return;
    isScheduled = true;
    clock.soon(() => {
      isScheduled = false;
      flush();
    });
  };

  const flush = () => {
    const jobs = waiting.splice(0, JOBS_PER_COMMIT_MAX);
    if (jobs.length === 0) return;
    const failure = attempt(physical, jobs);
    if (failure !== undefined) replay({ physical, jobs, failure, path });
    schedule();
  };

  return {
    run: (write) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(closedFailure(path));
        const run = () => {
          const result = write();
          return () => resolve(result);
        };
        waiting.push({ run, reject });
        schedule();
      }),
    close: () => {
      isClosed = true;
      while (waiting.length > 0) flush();
    },
  };
}

type Physical = ReturnType<typeof createPhysicalCommit>;

/** Where a group failed: to begin is nobody's fault, so that there is no use in trying each alone. */
interface GroupFailure {
  hasBegun: boolean;
  error: unknown;
}

function createPhysicalCommit({ database, memory, demandThere }: Dependencies) {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const version = createDataVersion({ statement: (sql) => database.prepare(sql) });
  return {
    begin: () => {
      begin.run();
    },
    commit: (work: () => void) => {
      try {
        memory.begun(version.hasChanged());
        work();
        memory.committing();
        demandThere();
        commit.run();
      } catch (error) {
        // SQLite may have rolled back by itself: it does so on a full disk.
        if (database.isTransaction) database.exec('ROLLBACK');
        memory.rolledBack();
        throw error;
      }
    },
  };
}

/** Undefined: committed, and everybody was told. Otherwise nothing was written and nobody told. */
function attempt(physical: Physical, jobs: readonly Job[]): GroupFailure | undefined {
  let hasBegun = false;
  const tell: (() => void)[] = [];
  try {
    physical.begin();
    hasBegun = true;
    physical.commit(() => {
      for (const job of jobs) tell.push(runOrRefuse(job));
    });
  } catch (error) {
    return { hasBegun, error };
  }
  for (const told of tell) told();
  return undefined;
}

function runOrRefuse(job: Job): () => void {
  try {
    return job.run();
  } catch (error) {
    if (!isBiotopeError(error, 'STORE_CONFLICT')) throw error;
    return () => job.reject(error);
  }
}

interface Replay {
  physical: Physical;
  jobs: readonly Job[];
  failure: GroupFailure;
  path: string;
}

/** One job alone needs no second try; once not even a beginning is possible, nobody needs one. */
function replay({ physical, jobs, failure, path }: Replay): void {
  let current = failure;
  for (const job of jobs) {
    if (current.hasBegun && jobs.length > 1) {
      const again = attempt(physical, [job]);
      if (again === undefined) continue;
      current = again;
    }
    job.reject(sqliteFailure(current.error, path));
  }
}

export function closedFailure(path: string): BiotopeError {
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: `The data in ${path} is closed: this process is stopping.`,
  });
}
