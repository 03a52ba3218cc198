import type pg from 'pg';
import type { Breaker } from '../../platform/breaker/breaker.ts';
import type { Clock } from '../../platform/clock.ts';
import { systemIds, systemRandom } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createDatabaseStore, type Reads } from '../database-store.ts';
import { createGuarded, type Failures } from '../guarded.ts';
import type { Store } from '../store.ts';
import { createConnections, type Place } from './connections.ts';
import { closedFailure, isWorthRetrying, postgresFailure } from './failure.ts';
import { readClosure } from './graph.ts';
import { createHints } from './hints.ts';
import { readChanges, readEvents } from './journal.ts';
import { readLogs } from './logs.ts';
import { isReadable, migrate } from './migrate.ts';
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

/**
 * The store on PostgreSQL, for any number of processes. Brings the schema to the newest version first,
 * and rejects with STORE_UNAVAILABLE or STORE_TOO_NEW where that cannot be done.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const store = await open(options, async (client) => {
    await migrate(client, options.schema);
    return true;
  });
  return store as Store;
}

/** For a process that only reads, and changes nothing by it. Undefined: there is nothing to read yet. */
export function openPostgresReader(options: PostgresStoreOptions): Promise<Store | undefined> {
  return open(options, (client) => isReadable(client, options.schema));
}

/** Undefined where it is not to be used as it is found. */
async function open(
  options: PostgresStoreOptions,
  prepare: (client: pg.ClientBase) => Promise<boolean>,
): Promise<Store | undefined> {
  const { clock, log, callTimeoutMs } = options;
  const connections = createConnections({ ...options, connectTimeoutMs: callTimeoutMs });
  const guarded = createGuarded({ ...options, failures });
  let isUsable = false;
  try {
    isUsable = await guarded(async () => {
      const client = await connections.connect();
      return prepare(client).finally(() => client.end());
    });
  } finally {
    if (!isUsable) await connections.close();
  }
  if (!isUsable) return undefined;
  const hints = createHints({ ...options, connections, ids: systemIds });
  return createDatabaseStore({
    clock,
    random: systemRandom,
    log,
    guarded,
    failures,
    physical: createPhysicalCommit({ connections, clock, ids: systemIds, hints }),
    reads: createReads(connections.readers),
    hear: hints.hear,
    disconnect: async () => {
      await hints.close();
      await connections.close();
    },
  });
}

const failures: Failures = {
  translate: postgresFailure,
  isWorthRetrying,
  closed: closedFailure,
};

function createReads(pool: pg.Pool): Reads {
  const queries = createQueries();
  return {
    get: (collection, key) => queries.get(pool, collection, key),
    find: (collection, query = {}) => queries.find(pool, collection, query),
    events: (query) => readEvents(pool, query),
    changes: (query) => readChanges(pool, query),
    readLog: (query) => readLogs(pool, query),
    closure: (query) => readClosure(pool, query),
    search: (query) => searchDocuments(pool, query),
    publishedThrough: async () => {
      const text = "SELECT sequence FROM cursors WHERE name = 'published'";
      const { rows } = await pool.query({ name: 'published-through', text });
      return Number(rows[0]?.sequence ?? 0);
    },
  };
}
