import type { DatabaseSync } from 'node:sqlite';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import { createDataVersion } from './data-version.ts';
import { createDurability, type Durability, type Sync, type Told } from './durability.ts';

/**
 * Many writers, one physical commit: the price of a commit is the disk's, whatever is in it.
 *
 *   idle -> scheduled (a job waits until the work in hand is done) -> flushing -> syncing -> idle | …
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
  /** Resolves once everything that can be read now is durable. Null: it is. */
  durable(): Promise<void> | null;
  /** Commits what waits, and resolves once it is durable; later jobs are rejected. */
  close(): Promise<void>;
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
  run(): Told;
  reject(error: unknown): void;
}

interface Dependencies {
  database: DatabaseSync;
  path: string;
  clock: Clock;
  memory: GroupMemory;
  sync: Sync;
  /** Throws where a commit would reach no file that anybody finds again. */
  demandThere(): void;
}

export function createGroupCommit(dependencies: Dependencies): GroupCommit {
  const { path, clock } = dependencies;
  const waiting: Job[] = [];
  let isScheduled = false;
  let isClosed = false;
  const physical = createPhysicalCommit(dependencies);
  const durability = createDurability(dependencies.sync, {
    onFree: () => schedule(),
    asFailure: (error) => sqliteFailure(error, path),
  });

  const schedule = () => {
    if (isScheduled || waiting.length === 0 || durability.isSyncing) return;
    isScheduled = true;
    clock.soon(() => {
      isScheduled = false;
      flush();
    });
  };

  const flush = () => {
    const jobs = waiting.splice(0, JOBS_PER_COMMIT_MAX);
    if (jobs.length === 0) return;
    if (durability.failure !== null) return refuse(jobs, durability.failure);
    const failure = attempt({ physical, durability }, jobs);
    if (failure !== undefined) replay({ physical, durability, jobs, failure, path });
    schedule();
  };

  return {
    run: (write) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(closedFailure(path));
        const run = () => {
          const result = write();
          return { durable: () => resolve(result), failed: reject };
        };
        waiting.push({ run, reject });
        schedule();
      }),
    durable: durability.ofWhatIsSeen,
    close: async () => {
      isClosed = true;
      while (waiting.length > 0) flush();
      await durability.settled();
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

function refuse(jobs: readonly Job[], error: BiotopeError): void {
  for (const job of jobs) job.reject(error);
}

interface Attempt {
  physical: Physical;
  durability: Durability;
}

/** Undefined: committed, and told once that is durable. Otherwise nothing was written, nobody told. */
function attempt(
  { physical, durability }: Attempt,
  jobs: readonly Job[],
): GroupFailure | undefined {
  let hasBegun = false;
  const told: Told[] = [];
  try {
    physical.begin();
    hasBegun = true;
    physical.commit(() => {
      for (const job of jobs) told.push(runOrRefuse(job));
    });
  } catch (error) {
    return { hasBegun, error };
  }
  durability.add(told);
  return undefined;
}

/** A refusal rests on what was committed before, and waits for that to be durable as well. */
function runOrRefuse(job: Job): Told {
  try {
    return job.run();
  } catch (error) {
    if (!isBiotopeError(error, 'STORE_CONFLICT')) throw error;
    return { durable: () => job.reject(error), failed: job.reject };
  }
}

interface Replay extends Attempt {
  jobs: readonly Job[];
  failure: GroupFailure;
  path: string;
}

/** One job alone needs no second try; once not even a beginning is possible, nobody needs one. */
function replay({ physical, durability, jobs, failure, path }: Replay): void {
  let current = failure;
  for (const job of jobs) {
    if (current.hasBegun && jobs.length > 1) {
      const again = attempt({ physical, durability }, [job]);
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
