import type { Store } from './store.ts';

/**
 * A store that is opened when it is first asked. Undefined: there is none yet; then `empty` answers, and it
 * is looked for again with the next question.
 */
export function createLazyStore(open: () => Promise<Store | undefined>, empty: () => Store): Store {
  let opening: Promise<Store | undefined> | undefined;
  let substitute: Store | undefined;

  const opened = async (): Promise<Store> => {
    opening ??= open();
    const attempt = opening;
    try {
      const store = await attempt;
      if (store !== undefined) return store;
      if (opening === attempt) opening = undefined;
    } catch (error) {
      if (opening === attempt) opening = undefined;
      throw error;
    }
    substitute ??= empty();
    return substitute;
  };

  return {
    commit: async (transaction) => (await opened()).commit(transaction),
    get: async (collection, key) => (await opened()).get(collection, key),
    find: async (collection, query) => (await opened()).find(collection, query),
    events: async (query) => (await opened()).events(query),
    publishedThrough: async () => (await opened()).publishedThrough(),
    markPublished: async (throughSequence) => (await opened()).markPublished(throughSequence),
    changes: async (query) => (await opened()).changes(query),
    appendLog: async (chunk) => (await opened()).appendLog(chunk),
    readLog: async (query) => (await opened()).readLog(query),
    closure: async (query) => (await opened()).closure(query),
    search: async (query) => (await opened()).search(query),
    // What another process commits has to be looked for.
    watch: () => () => {},
    close: async () => {
      const store = await opening?.catch(() => undefined);
      await store?.close();
      await substitute?.close();
    },
  };
}
