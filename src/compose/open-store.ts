import type { Config } from '../config/schema.ts';
import { systemClock } from '../platform/clock.ts';
import { IN_MEMORY } from '../platform/sqlite.ts';
import type { Place } from '../store/arango/connections.ts';
import { createLazyStore } from '../store/lazy-store.ts';
import type { PostgresStoreOptions } from '../store/postgres/postgres-store.ts';
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
  const shared = await openShared(terms, (postgres) => postgres.openPostgresStore);
  return shared ?? createSqliteStore({ path: paths.store, clock: systemClock });
}

/** Of a shared store, for a process that drives nothing. Opened when it is first asked. */
export function sharedStoreForReading(terms: GuardTerms): Store {
  return createLazyStore(
    // Of PostgreSQL nothing is made by reading.
    () => openShared(terms, (postgres) => postgres.openPostgresReader),
    () => createSqliteStore({ path: IN_MEMORY, clock: systemClock }),
  );
}

type Opening = (options: PostgresStoreOptions) => Promise<Store | undefined>;
type PostgresModule = Awaited<ReturnType<typeof loadPostgres>>;

/** Undefined where none is named, or there is nothing to read in it yet. */
async function openShared(
  terms: GuardTerms,
  how: (postgres: PostgresModule) => Opening,
): Promise<Store | undefined> {
  const { postgres, arango } = terms.config;
  if (postgres.url !== null) {
    const place = { ...terms, ...postgres, url: postgres.url };
    return openPostgres(place, how(await loadPostgres()));
  }
  if (arango.url !== null) return openArango(terms, { ...arango, url: arango.url });
  return undefined;
}

interface Postgres extends GuardTerms {
  url: string;
  schema: string;
}

/** Loaded by those alone who have named one. */
function loadPostgres() {
  return import('../store/postgres/postgres-store.ts');
}

async function openPostgres(
  { url, schema, ...guarding }: Postgres,
  open: Opening,
): Promise<Store | undefined> {
  const { config, log } = guarding;
  const [guard, { probePostgres }] = await Promise.all([
    loadGuard(guarding),
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
    const store = await open(terms);
    if (store === undefined) {
      breaker.close();
      return undefined;
    }
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
