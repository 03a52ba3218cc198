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
import { prepareDatabase } from './setup.ts';

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
  const { clock, log, database } = options;
  const connections = createConnections(options);
  const guarded = createGuarded({ ...options, failures });
  try {
    await guarded(() => prepareDatabase(connections.writer.database, options));
  } catch (error) {
    connections.close();
    throw error;
  }
  log.debug({ database }, 'ArangoDB holds the data');

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
