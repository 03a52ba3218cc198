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

/**
 * The store on PostgreSQL, for any number of processes. Brings the schema to the newest version first,
 * and rejects with STORE_UNAVAILABLE or STORE_TOO_NEW where that cannot be done.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { clock, log, schema, callTimeoutMs } = options;
  const connections = createConnections({ ...options, connectTimeoutMs: callTimeoutMs });
  const guarded = createGuarded({ ...options, failures });
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

  return createDatabaseStore({
    clock,
    random: systemRandom,
    log,
    guarded,
    failures,
    physical: createPhysicalCommit({ connections, clock, ids: systemIds }),
    reads: createReads(connections.readers),
    disconnect: connections.close,
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
