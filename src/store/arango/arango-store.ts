import type { Database } from 'arangojs';
import type { Breaker } from '../../platform/breaker/breaker.ts';
import type { Clock } from '../../platform/clock.ts';
import { systemIds, systemRandom } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createDatabaseStore } from '../database-store.ts';
import { createGuarded, type Failures } from '../guarded.ts';
import type { Store } from '../store.ts';
import { createConnections, type Place } from './connections.ts';
import { arangoFailure, closedFailure, isWorthRetrying } from './failure.ts';
import { createPhysicalCommit } from './physical-commit.ts';
import { createReads } from './reads.ts';
import { isReadable, prepareDatabase } from './setup.ts';

export interface ArangoStoreOptions extends Place {
  clock: Clock;
  log: Logger;
  /** Around every call; its probe should be `probeArango`. */
  breaker: Breaker;
  /** Of an answer that is awaited without suspicion. */
  callTimeoutMs: number;
}

const failures: Failures = { translate: arangoFailure, isWorthRetrying, closed: closedFailure };

/**
 * The store on ArangoDB, for any number of processes. Makes the database and what is in it where it is
 * missing, and rejects with STORE_UNAVAILABLE, STORE_TOO_NEW or CONFIGURATION_INVALID where it cannot.
 */
export async function openArangoStore(options: ArangoStoreOptions): Promise<Store> {
  const store = await open(options, async (database) => {
    await prepareDatabase(database, options);
    return true;
  });
  return store as Store;
}

/** For a process that only reads, and makes nothing by it. Undefined: there is nothing to read yet. */
export function openArangoReader(options: ArangoStoreOptions): Promise<Store | undefined> {
  return open(options, isReadable);
}

/** Undefined where it is not to be used as it is found. */
async function open(
  options: ArangoStoreOptions,
  prepare: (database: Database) => Promise<boolean>,
): Promise<Store | undefined> {
  const { clock, log } = options;
  const connections = createConnections(options);
  const guarded = createGuarded({ ...options, failures });
  let isUsable = false;
  try {
    isUsable = await guarded(() => prepare(connections.writer.database));
  } finally {
    if (!isUsable) connections.close();
  }
  if (!isUsable) return undefined;
  return createDatabaseStore({
    clock,
    random: systemRandom,
    log,
    guarded,
    failures,
    physical: createPhysicalCommit({ link: connections.writer, clock, ids: systemIds }),
    reads: createReads(connections.readers),
    disconnect: async () => connections.close(),
  });
}
