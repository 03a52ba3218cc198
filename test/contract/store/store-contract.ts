import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { commitSuite } from './commit-suite.ts';
import { durabilitySuite } from './durability-suite.ts';
import { feedSuite } from './feed-suite.ts';
import { graphSuite } from './graph-suite.ts';
import { logSuite } from './log-suite.ts';
import { querySuite } from './query-suite.ts';
import { searchSuite } from './search-suite.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** One store's data, empty at first. */
export interface StoreData {
  /** Opens the data, again after it was closed. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** What src/store/store.ts promises. `create` makes data that nobody else uses. */
export function describeStoreContract(name: string, create: () => Promise<StoreData>): void {
  describe(`the store contract: ${name}`, () => {
    let data: StoreData;
    let store: Store;

    beforeEach(async () => {
      data = await create();
      store = await data.open();
    });

    afterEach(async () => {
      await store.close();
      await data.remove();
    });

    const underTest: StoreUnderTest = {
      get store() {
        return store;
      },
      reopen: async () => {
        await store.close();
        store = await data.open();
        return store;
      },
    };

    commitSuite(underTest);
    querySuite(underTest);
    feedSuite(underTest);
    logSuite(underTest);
    graphSuite(underTest);
    searchSuite(underTest);
    durabilitySuite(underTest);
  });
}
