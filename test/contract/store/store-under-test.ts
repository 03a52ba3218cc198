import type { Store } from '../../../src/store/store.ts';

/** What a suite's tests reach their store through. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens the same data again. */
  reopen(): Promise<Store>;
}
