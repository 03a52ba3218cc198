import type pg from 'pg';
import type { Breaker } from '../../platform/breaker/breaker.ts';
import type { Clock } from '../../platform/clock.ts';
import { systemIds, systemRandom } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createLater } from '../later.ts';
import { prepareTransaction } from '../prepared-transaction.ts';
import type { Store } from '../store.ts';
import { createWatchers } from '../watchers.ts';
import { createConnections, type Place } from './connections.ts';
import { closedFailure, postgresFailure } from './failure.ts';
import { readClosure } from './graph.ts';
import { createGroupCommit } from './group-commit.ts';
import { readChanges, readEvents } from './journal.ts';
import { readLogs } from './logs.ts';
import { migrate } from './migrate.ts';
import { createPhysicalCommit } from './physical-commit.ts';
import { createQueries } from './queries.ts';
import { searchDocuments } from './search.ts';

export interface PostgresStoreOptions extends Place {
  clock: Clock;
  log: Logger;
  /** Around every call; its probe should be `probePostgres`. */
  breaker: Breaker;
  /** Of one connection's beginning, and of an answer that is awaited without suspicion. */
  callTimeoutMs: number;
}

/** Every wait inside a call has an end of its own; this is only beyond them all. */
const CALL_ENDS_MS = 3_600_000;

/**
 * The store on PostgreSQL, for any number of processes. Brings the schema to the newest version first,
 * and rejects with STORE_UNAVAILABLE or STORE_TOO_NEW where that cannot be done.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { clock, log, schema, callTimeoutMs } = options;
  const connections = createConnections({ ...options, connectTimeoutMs: callTimeoutMs });
  const guarded = createGuard(options);
  try {
    await guarded(async () => {
      const client = await connections.connect();
      await migrate(client, schema).finally(() => client.end());
    });
  } catch (error) {
    await connections.close();
    throw error;
  }
  log.debug({ schema }, 'PostgreSQL holds the data');

  const physical = createPhysicalCommit({ connections, clock, ids: systemIds });
  const group = createGroupCommit({ physical, clock, random: systemRandom, guarded });
  const watchers = createWatchers(clock);
  const publication = createPublication(clock, group.markPublished);
  let closing: Promise<void> | undefined;
  const read = <T>(work: (readers: pg.Pool) => Promise<T>): Promise<T> => {
    if (closing !== undefined) return Promise.reject(closedFailure());
    return guarded(() => work(connections.readers));
  };

  return {
    ...createReader(read, publication),
    commit: async (transaction) => {
      const committed = await group.commit(prepareTransaction(transaction));
      watchers.notify(transaction, committed);
      return committed;
    },
    markPublished: async (throughSequence) => {
      if (closing !== undefined) throw closedFailure();
      publication.mark(throughSequence);
    },
    appendLog: (chunk) => group.appendLog({ ...chunk }),
    watch: watchers.add,
    close: () => {
      const last = publication.writeNow();
      closing ??= last
        .then(group.close)
        .then(connections.close)
        .catch((error) => {
          log.debug({ err: postgresFailure(error) }, 'a connection to PostgreSQL did not end well');
        });
      return closing;
    },
  };
}

type Read = <T>(work: (readers: pg.Pool) => Promise<T>) => Promise<T>;

type Reader = Omit<Store, 'commit' | 'markPublished' | 'appendLog' | 'watch' | 'close'>;

function createReader(read: Read, publication: Publication): Reader {
  const queries = createQueries();
  return {
    get: (collection, key) => read((pool) => queries.get(pool, collection, key)),
    find: (collection, query = {}) => read((pool) => queries.find(pool, collection, query)),
    events: (query) => read((pool) => readEvents(pool, query)),
    changes: (query) => read((pool) => readChanges(pool, query)),
    readLog: (query) => read((pool) => readLogs(pool, query)),
    closure: (query) => read((pool) => readClosure(pool, query)),
    search: (query) => read((pool) => searchDocuments(pool, query)),
    publishedThrough: () =>
      read(async (pool) => {
        const text = "SELECT sequence FROM cursors WHERE name = 'published'";
        const { rows } = await pool.query({ name: 'published-through', text });
        return Math.max(publication.marked(), Number(rows[0]?.sequence ?? 0));
      }),
  };
}

interface Publication {
  marked(): number;
  mark(throughSequence: number): void;
  writeNow(): Promise<void>;
}

/** Known at once, written within a second, in the commit that then comes. */
function createPublication(
  clock: Clock,
  write: (throughSequence: number) => Promise<void>,
): Publication {
  let marked = 0;
  const later = createLater(clock, () => write(marked));
  return {
    marked: () => marked,
    mark: (throughSequence) => {
      if (throughSequence <= marked) return;
      marked = throughSequence;
      later.need();
    },
    // What cannot be written is published again, by whoever comes next.
    writeNow: () => later.now().catch(() => {}),
  };
}

/**
 * Runs calls where the database is thought to be there, and tells the breaker of one that is slow: whether
 * that means anything, its probe finds out.
 */
function createGuard({ breaker, clock, callTimeoutMs }: PostgresStoreOptions) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const slow = clock.setTimer(callTimeoutMs, () => breaker.suspect());
    try {
      return await breaker.call(
        async () => {
          try {
            return await work();
          } catch (error) {
            throw postgresFailure(error);
          }
        },
        { timeoutMs: CALL_ENDS_MS },
      );
    } catch (error) {
      throw postgresFailure(error);
    } finally {
      slow.cancel();
    }
  };
}
