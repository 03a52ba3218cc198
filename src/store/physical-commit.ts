import type { BiotopeError } from '../model/errors.ts';
import { type Clock, sleep } from '../platform/clock.ts';
import type { Decision } from './decide-group.ts';
import type { PreparedTransaction } from './prepared-transaction.ts';
import type { Committed, LogChunk } from './store.ts';

/** What shares one transaction of the database. */
export interface Group {
  transactions: readonly PreparedTransaction[];
  logs: readonly LogChunk[];
  /** 0: nothing new is published. */
  publishedThrough: number;
}

/** All that one physical commit writes. */
export interface GroupWork extends Group {
  decision: Decision;
  /** The journal's entries carry it: a commit whose answer was lost is found by it. */
  groupId: string;
}

export interface PhysicalCommit {
  /**
   * What became of each transaction: durable when told. Rejects where nothing was written, or where
   * nobody can tell.
   */
  commit(group: Group): Promise<(Committed | BiotopeError)[]>;
  close(): Promise<void>;
}

/** The answer to COMMIT was lost: whether it was done can be found out. */
export class CommitUnknown extends Error {
  readonly work: GroupWork;
  constructor(work: GroupWork, cause: unknown) {
    super('the connection was lost in the middle of a commit', { cause });
    this.work = work;
  }
}

interface Dependencies {
  clock: Clock;
  /** Throws CommitUnknown where its answer was lost. */
  attempt(group: Group): Promise<Decision>;
  /** Asked where the lost transaction has ended, one way or the other. */
  wasCommitted(work: GroupWork): Promise<boolean>;
  /** A look failed: the connection is not to be used again. */
  drop(): Promise<void>;
}

/** A server that restarts is back within this time, most often. */
const LOOKS_MAX = 20;
const LOOK_EVERY_MS = 500;
const ATTEMPTS_MAX = 3;

/** Commits a group; one whose answer was lost is looked up, and done again where it came to nothing. */
export function createSettledCommit(dependencies: Dependencies): PhysicalCommit['commit'] {
  const { clock, attempt, wasCommitted, drop } = dependencies;

  /** Undefined: it was not. Rejects where that cannot be found out in time. */
  async function settle(unknown: CommitUnknown): Promise<Decision | undefined> {
    for (let look = 1; ; look += 1) {
      try {
        return (await wasCommitted(unknown.work)) ? unknown.work.decision : undefined;
      } catch (error) {
        await drop();
        if (look === LOOKS_MAX) throw error;
        await sleep(clock, LOOK_EVERY_MS);
      }
    }
  }

  /** Undefined: nothing was written, and the same again may succeed. */
  async function tryOnce(group: Group, isLast: boolean): Promise<Decision | undefined> {
    try {
      return await attempt(group);
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error;
      const decision = await settle(error);
      if (decision === undefined && isLast) throw error.cause;
      return decision;
    }
  }

  return async (group) => {
    for (let attempts = 1; ; attempts += 1) {
      const decision = await tryOnce(group, attempts === ATTEMPTS_MAX);
      if (decision !== undefined) return decision.outcomes;
    }
  };
}
