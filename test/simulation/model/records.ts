import type { CollectionName, Collections } from '../../../src/store/records.ts';
import type { Committed, Store, Transaction, Write } from '../../../src/store/store.ts';

/** A write, with the record as it was before. Undefined: there was none. */
export type SeenWrite = {
  [C in CollectionName]:
    | { kind: 'put'; collection: C; key: string; value: Collections[C]; before?: Collections[C] }
    | { kind: 'delete'; collection: C; key: string; before?: Collections[C] };
}[CollectionName];

export type SeenPut<C extends CollectionName> = Extract<SeenWrite, { kind: 'put'; collection: C }>;

/** One transaction, as everybody sees it who looks over the store's shoulder. */
export interface Commit {
  transaction: Transaction;
  number: number;
  /** The process that sent it, where one did. */
  author: string | undefined;
  writes: SeenWrite[];
}

/** What a commit has put into one collection. */
export function putsOf<C extends CollectionName>({ writes }: Commit, collection: C): SeenPut<C>[] {
  return writes.filter(
    (write): write is SeenPut<C> => write.kind === 'put' && write.collection === collection,
  );
}

/** Looks at every commit, in order, after `Records` has taken it in. */
export type Check = (commit: Commit) => void;

/** All records as the commits made them, without asking the store again. */
export interface Records {
  get<C extends CollectionName>(collection: C, key: string): Collections[C] | undefined;
  all<C extends CollectionName>(collection: C): Collections[C][];
  entries<C extends CollectionName>(collection: C): { key: string; value: Collections[C] }[];
  /** Who sends a transaction says so before. */
  sign(transaction: Transaction, author: string): void;
  /** Checks are called in the order in which they were added. */
  add(check: Check): void;
}

export function keepRecords(store: Store): Records {
  const shelves = new Map<CollectionName, Map<string, unknown>>();
  const authors = new WeakMap<Transaction, string>();
  const checks: Check[] = [];

  function shelf<C extends CollectionName>(collection: C): Map<string, Collections[C]> {
    const known = shelves.get(collection);
    if (known !== undefined) return known as Map<string, Collections[C]>;
    const made = new Map<string, Collections[C]>();
    shelves.set(collection, made);
    return made;
  }

  function take(write: Write): SeenWrite {
    const records: Map<string, unknown> = shelf(write.collection);
    const before = records.get(write.key);
    if (write.kind === 'delete') records.delete(write.key);
    else records.set(write.key, write.value);
    return { ...write, ...(before === undefined ? {} : { before }) } as SeenWrite;
  }

  store.watch((transaction: Transaction, { number }: Committed) => {
    const writes = transaction.writes.map(take);
    const author = authors.get(transaction);
    for (const check of checks) check({ transaction, number, author, writes });
  });

  return {
    get: (collection, key) => shelf(collection).get(key),
    all: (collection) => [...shelf(collection).values()],
    entries: (collection) => [...shelf(collection)].map(([key, value]) => ({ key, value })),
    sign: (transaction, author) => authors.set(transaction, author),
    add: (check) => checks.push(check),
  };
}
