import { statSync } from 'node:fs';
import { systemClock } from '../../platform/clock.ts';
import { rememberFile } from '../../platform/same-file.ts';
import { fileLost } from '../../platform/sqlite-error.ts';
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { type DataPaths, holdsData } from '../data-folder.ts';
import type { GuardTerms } from '../guard.ts';
import { sharedStoreForReading } from '../open-store.ts';
import { isOfOlderVersion, migrateStore } from './migrate.ts';

/**
 * The folder as a process reads it that does not drive. A folder that is not there is empty; one that
 * was there when it was first read and is gone throws STORE_LOST.
 */
export function createReader(paths: DataPaths) {
  let store: Store | undefined;
  let isEmpty = false;
  let isThere = () => true;

  const openStore = () => {
    isEmpty = !holdsData(paths);
    const path = isEmpty ? ':memory:' : paths.store;
    isThere = isEmpty ? () => true : rememberFile(path);
    const open = () => createSqliteStore({ path, clock: systemClock, readOnly: !isEmpty });
    try {
      return whenReady(path, open);
    } catch (error) {
      if (!isOfOlderVersion(error) || !migrateStore(paths)) throw error;
      return open();
    }
  };

  const demandThere = () => {
    if (!isThere()) throw fileLost(paths.store);
  };

  return {
    store: () => {
      if (isEmpty && holdsData(paths)) store = undefined;
      store ??= openStore();
      demandThere();
      return store;
    },
    demandThere,
    /** Before the same process opens the files for writing; reading may go on afterwards. */
    close: async () => {
      await store?.close();
      store = undefined;
      isThere = () => true;
    },
  };
}

/** The same over a store that is not in the folder: nothing of it can be moved away. */
export function createSharedReader(terms: GuardTerms): ReturnType<typeof createReader> {
  let store: Store | undefined;
  return {
    store: () => {
      store ??= sharedStoreForReading(terms);
      return store;
    },
    demandThere: () => {},
    close: async () => {
      const open = store;
      store = undefined;
      await open?.close();
    },
  };
}

const YOUNG_MS = 3_000;
const PAUSE_MS = 20;

/** A file that another process is making at this very moment cannot be read for a moment. */
function whenReady<T>(path: string, open: () => T): T {
  for (;;) {
    try {
      return open();
    } catch (error) {
      if (!isYoung(path)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function isYoung(path: string): boolean {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts !== undefined && systemClock.nowMs() - facts.birthtimeMs < YOUNG_MS;
}
