import type { Config } from '../config/schema.ts';
import { systemClock } from '../platform/clock.ts';
import type { Place } from '../store/arango/connections.ts';
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import type { DataPaths } from './data-folder.ts';
import { type GuardTerms, loadGuard } from './guard.ts';

export interface StoreRequest extends GuardTerms {
  paths: DataPaths;
}

/** Other processes over other data folders may work on the same store. */
export function isStoreShared({ postgres, arango }: Config): boolean {
  return postgres.url !== null || arango.url !== null;
}

/** For a process that drives its data folder. */
export async function openStore({ paths, ...terms }: StoreRequest): Promise<Store> {
  const { postgres, arango } = terms.config;
  if (postgres.url !== null) return openPostgres({ ...terms, ...postgres, url: postgres.url });
  if (arango.url !== null) return openArango(terms, { ...arango, url: arango.url });
  return createSqliteStore({ path: paths.store, clock: systemClock });
}

interface Postgres extends GuardTerms {
  url: string;
  schema: string;
}

/** Loaded by those alone who have named one. */
async function openPostgres({ url, schema, ...guarding }: Postgres): Promise<Store> {
  const { config, log } = guarding;
  const [guard, { openPostgresStore }, { probePostgres }] = await Promise.all([
    loadGuard(guarding),
    import('../store/postgres/postgres-store.ts'),
    import('../store/postgres/connections.ts'),
  ]);
  const { callTimeoutMs } = config.breaker;
  const breaker = guard({
    system: 'postgres',
    title: 'PostgreSQL',
    behind: ['store'],
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

/** Loaded by those alone who have named one. */
async function openArango(guarding: GuardTerms, place: Place): Promise<Store> {
  const { config, log } = guarding;
  const [guard, { openArangoStore }, { probeArango }] = await Promise.all([
    loadGuard(guarding),
    import('../store/arango/arango-store.ts'),
    import('../store/arango/connections.ts'),
  ]);
  const { callTimeoutMs } = config.breaker;
  const breaker = guard({
    system: 'arango',
    title: 'ArangoDB',
    probe: () => probeArango({ ...place, answerTimeoutMs: callTimeoutMs }),
  });
  try {
    const terms = { ...place, clock: systemClock, log, breaker, callTimeoutMs };
    const store = await openArangoStore(terms);
    const close = () => store.close().finally(breaker.close);
    return { ...store, close };
  } catch (error) {
    breaker.close();
    throw error;
  }
}
