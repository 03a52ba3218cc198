import type { Config } from '../config/schema.ts';
import { systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import type { DataPaths } from './data-folder.ts';

export interface StoreRequest {
  config: Config;
  paths: DataPaths;
  log: Logger;
}

/** Other processes over other data folders may work on the same store. */
export function isStoreShared({ postgres }: Config): boolean {
  return postgres.url !== null;
}

/** For a process that drives its data folder. */
export async function openStore(request: StoreRequest): Promise<Store> {
  const { config, paths, log } = request;
  const { url, schema } = config.postgres;
  if (url === null) return createSqliteStore({ path: paths.store, clock: systemClock });
  return openPostgres({ config, log, url, schema });
}

interface Postgres {
  config: Config;
  log: Logger;
  url: string;
  schema: string;
}

/** Loaded by those alone who have named one. */
async function openPostgres({ config, log, url, schema }: Postgres): Promise<Store> {
  const [{ createBreaker }, { openPostgresStore }, { probePostgres }] = await Promise.all([
    import('../platform/breaker/breaker.ts'),
    import('../store/postgres/postgres-store.ts'),
    import('../store/postgres/connections.ts'),
  ]);
  const { callTimeoutMs } = config.breaker;
  const breaker = createBreaker({
    system: 'postgres',
    title: 'PostgreSQL',
    settings: config.breaker,
    clock: systemClock,
    log,
    probe: () => probePostgres({ url, schema }, callTimeoutMs),
  });
  try {
    const terms = { url, schema, clock: systemClock, log, breaker, callTimeoutMs };
    const store = await openPostgresStore(terms);
    const close = () => store.close().finally(breaker.close);
    return { ...store, close };
  } catch (error) {
    breaker.close();
    throw error;
  }
}
