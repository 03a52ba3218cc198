import type { CollectionName, Collections } from '../../../src/store/records.ts';
import type { Store, Stored, Transaction, Write } from '../../../src/store/store.ts';

/** A store that gets other transactions than the engine has decided upon. */
export function rewriting(store: Store, rewrite: (transaction: Transaction) => Transaction): Store {
  return { ...store, commit: (transaction) => store.commit(rewrite(transaction)) };
}

type Put<C extends CollectionName> = Write & {
  kind: 'put';
  collection: C;
  value: Collections[C];
};

function isPutInto<C extends CollectionName>(write: Write, collection: C): write is Put<C> {
  return write.kind === 'put' && write.collection === collection;
}

/** The same for every record that is put into one collection. Undefined: it is not written. */
export function rewritingPuts<C extends CollectionName>(
  store: Store,
  collection: C,
  rewrite: (value: Collections[C], transaction: Transaction) => Collections[C] | undefined,
): Store {
  return rewriting(store, (transaction) => ({
    ...transaction,
    writes: transaction.writes.flatMap((write): Write[] => {
      if (!isPutInto(write, collection)) return [write];
      const value = rewrite(write.value, transaction);
      return value === undefined ? [] : [{ ...write, value } as Write];
    }),
  }));
}

/** A store that shows other records of one collection than there are, in whichever way they are seen. */
export function showingOthers<C extends CollectionName>(
  store: Store,
  collection: C,
  change: (value: Collections[C]) => Collections[C],
): Store {
  const changed = (write: Write): Write =>
    isPutInto(write, collection) ? ({ ...write, value: change(write.value) } as Write) : write;
  return {
    ...findingOthers(store, collection, change),
    async get(wanted, key) {
      const stored = await store.get(wanted, key);
      if ((wanted as CollectionName) !== collection || stored === undefined) return stored;
      const { value, revision } = stored as unknown as Stored<Collections[C]>;
      return { value: change(value), revision } as unknown as typeof stored;
    },
    watch: (listener) =>
      store.watch((transaction, committed) => {
        listener({ ...transaction, writes: transaction.writes.map(changed) }, committed);
      }),
  };
}

/** A store that finds other records in one collection than there are. */
export function findingOthers<C extends CollectionName>(
  store: Store,
  collection: C,
  change: (value: Collections[C]) => Collections[C],
): Store {
  return {
    ...store,
    async find(wanted, query) {
      const found = await store.find(wanted, query);
      if ((wanted as CollectionName) !== collection) return found;
      const records = found as unknown as Stored<Collections[C]>[];
      const changed = records.map((stored) => ({ ...stored, value: change(stored.value) }));
      return changed as unknown as typeof found;
    },
  };
}
