import type { Config } from '../config/schema.ts';
import type { Breaker } from '../platform/breaker/breaker.ts';
import { systemClock } from '../platform/clock.ts';
import { IN_MEMORY } from '../platform/sqlite.ts';
import type { Place } from '../store/arango/connections.ts';
import { createLazyStore } from '../store/lazy-store.ts';
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
  const shared = await openShared(terms, 'drive');
  return shared ?? createSqliteStore({ path: paths.store, clock: systemClock });
}

/** Of a shared store, for a process that drives nothing. Opened when it is first asked. */
export function sharedStoreForReading(terms: GuardTerms): Store {
  return createLazyStore(
    () => openShared(terms, 'read'),
    () => createSqliteStore({ path: IN_MEMORY, clock: systemClock }),
  );
}

/** By reading nothing is made. */
type Purpose = 'drive' | 'read';

/** Undefined where none is named, or there is nothing to read in it yet. */
async function openShared(terms: GuardTerms, purpose: Purpose): Promise<Store | undefined> {
  const { postgres, arango } = terms.config;
  if (postgres.url !== null) {
    return openPostgres({ ...terms, ...postgres, url: postgres.url }, purpose);
  }
  if (arango.url !== null) return openArango(terms, { ...arango, url: arango.url }, purpose);
  return undefined;
}

interface Postgres extends GuardTerms {
  url: string;
  schema: string;
}

/** Loaded by those alone who have named one. */
async function openPostgres(
  { url, schema, ...guarding }: Postgres,
  purpose: Purpose,
): Promise<Store | undefined> {
  const { config, log } = guarding;
  const [guard, { openPostgresReader, openPostgresStore }, { probePostgres }] = await Promise.all([
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
  const terms = { url, schema, clock: systemClock, log, breaker, callTimeoutMs };
  const open = purpose === 'drive' ? openPostgresStore : openPostgresReader;
  return withBreaker(breaker, () => open(terms));
}

/** Loaded by those alone who have named one. */
async function openArango(
  guarding: GuardTerms,
  place: Place,
  purpose: Purpose,
): Promise<Store | undefined> {
  const { config, log } = guarding;
  const [guard, { openArangoReader, openArangoStore }, { probeArango }] = await Promise.all([
    loadGuard(guarding),
    import('../store/arango/arango-store.ts'),
    import('../store/arango/connections.ts'),
  ]);
  const { callTimeoutMs } = config.breaker;
  const breaker = guard({
    system: 'arango',
    title: 'ArangoDB',
    behind: ['store'],
    probe: () => probeArango({ ...place, answerTimeoutMs: callTimeoutMs }),
  });
  const terms = { ...place, clock: systemClock, log, breaker, callTimeoutMs };
  const open = purpose === 'drive' ? openArangoStore : openArangoReader;
  return withBreaker(breaker, () => open(terms));
}

/** The breaker ends with the store, and at once where there is none. */
async function withBreaker(
  breaker: Breaker,
  open: () => Promise<Store | undefined>,
): Promise<Store | undefined> {
  const store = await open().catch((error) => {
    breaker.close();
    throw error;
  });
  if (store === undefined) {
    breaker.close();
    return undefined;
  }
  return { ...store, close: () => store.close().finally(breaker.close) };
}
