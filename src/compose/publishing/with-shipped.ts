import type { Limits } from '../../model/limits.ts';
import { systemClock } from '../../platform/clock.ts';
import type { CollectionName } from '../../store/records.ts';
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { missingNames } from './shipped.ts';

/** Where templates and their files are kept. */
const COLLECTIONS: readonly CollectionName[] = ['templates', 'bundles'];

/**
 * A store as those see it who only read: the templates that ship, and of whose name it has no version,
 * are in it too, found after all others. They are read when they are first needed and lie in memory:
 * the store below is not changed. Closing it leaves that one open.
 */
export function withShipped(store: Store, limits: Limits): Store {
  let opened: Promise<Store | null> | undefined;
  const shipped = () => {
    opened ??= openShipped(store, limits);
    return opened;
  };
  const shippedIn = async (collection: CollectionName) =>
    COLLECTIONS.includes(collection) ? shipped() : null;
  return {
    ...store,
    get: async (collection, key) =>
      (await store.get(collection, key)) ?? (await shippedIn(collection))?.get(collection, key),
    find: async (collection, query = {}) => {
      const found = await store.find(collection, query);
      const more = (await (await shippedIn(collection))?.find(collection, query)) ?? [];
      return [...found, ...more].slice(0, query.limit);
    },
    search: async (query) => {
      const found = await store.search(query);
      const isAsked = query.collections?.includes('templates') ?? true;
      const more = isAsked ? ((await (await shipped())?.search(query)) ?? []) : [];
      return [...found, ...more]
        .toSorted((left, right) => right.score - left.score)
        .slice(0, query.limit);
    },
    close: async () => {
      await (await opened?.catch(() => null))?.close();
      opened = undefined;
    },
  };
}

/** Null where the store has them all. What reads templates is loaded only where one is missing. */
async function openShipped(store: Store, limits: Limits): Promise<Store | null> {
  const missing = await missingNames(store);
  if (missing.length === 0) return null;
  const { publishShipped } = await import('./publish-shipped.ts');
  const memory = createSqliteStore({ path: ':memory:', clock: systemClock });
  await publishShipped(missing, { store: memory, limits, clock: null });
  return memory;
}
