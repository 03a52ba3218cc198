import type { CollectionName } from '../../../src/store/records.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Chance } from '../world/chance.ts';
import type { Chronicle } from './chronicle.ts';
import type { Records } from './records.ts';

const PAGE_MAX = 40;

/** A second cluster, which knows of the first what its feed of changes tells, and no more. */
export interface Follower {
  /** Reads on from where it was. */
  follow(): Promise<void>;
  /** At the end: whether it has become what the first cluster is. */
  compare(): Promise<void>;
}

export function createFollower(
  chronicle: Chronicle,
  { store, records, chance }: { store: Store; records: Records; chance: Chance },
): Follower {
  const copies = new Map<string, unknown>();
  const numbers = new Map<string, number>();
  let sequence = 0;

  async function page(): Promise<number> {
    const limit = 1 + chance.below(PAGE_MAX);
    const changes = await store.changes({ afterSequence: sequence, limit });
    for (const change of changes) {
      if (change.sequence <= sequence) chronicle.complain('the feed of changes went back');
      sequence = change.sequence;
      const expected = (numbers.get(change.scope) ?? 0) + 1;
      if (change.number !== expected) {
        chronicle.complain(
          `the feed has number ${change.number} of ${change.scope}, and ${expected} was next`,
        );
      }
      numbers.set(change.scope, change.number);
      for (const { collection, key } of change.touched) await copy(collection, key);
    }
    return changes.length;
  }

  async function copy(collection: CollectionName, key: string): Promise<void> {
    const stored = await store.get(collection, key);
    if (stored === undefined) copies.delete(`${collection} ${key}`);
    else copies.set(`${collection} ${key}`, stored.value);
  }

  return {
    async follow() {
      await page();
    },
    async compare() {
      while ((await page()) > 0);
      let count = 0;
      for (const collection of FOLLOWED) {
        for (const { key, value } of records.entries(collection)) {
          count += 1;
          const copied = copies.get(`${collection} ${key}`);
          if (JSON.stringify(copied) === JSON.stringify(value)) continue;
          chronicle.complain(`whoever follows the changes knows another ${collection} ${key}`);
        }
      }
      const known = [...copies.keys()].filter((name) =>
        FOLLOWED.some((collection) => name.startsWith(`${collection} `)),
      );
      if (known.length !== count) chronicle.complain('whoever follows the changes knows too much');
    },
  };
}

const FOLLOWED: readonly CollectionName[] = [
  'environments',
  'resources',
  'states',
  'runs',
  'steps',
  'queues',
  'inbox',
  'audit',
];
