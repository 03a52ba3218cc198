import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../../../src/platform/clock.ts';
import {
  createSqliteStore,
  type SqliteStoreOptions,
} from '../../../../src/store/sqlite/sqlite-store.ts';
import type { Store, Transaction, Write } from '../../../../src/store/store.ts';

/** Closed at the end of the test. */
export function openStore(options: Partial<SqliteStoreOptions> & { path: string }): Store {
  const store = createSqliteStore({ clock: systemClock, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** Work is done when the test says so. */
export function handClock(): Clock & { turn(): number } {
  const waiting: (() => void)[] = [];
  return {
    ...systemClock,
    soon: (callback) => {
      waiting.push(callback);
    },
    turn: () => {
      const callbacks = waiting.splice(0);
      for (const callback of callbacks) callback();
      return callbacks.length;
    },
  };
}

export function put(key: string, acceptedCount = 1): Write {
  return { kind: 'put', collection: 'queues', key, value: { environment: key, acceptedCount } };
}

export function putSized(key: string, bytes: number): Write {
  const value = { environment: 'x'.repeat(bytes), acceptedCount: 1 };
  return { kind: 'put', collection: 'queues', key, value };
}

export function writing(...writes: Write[]): Transaction {
  return { scope: 'shop', expect: [], writes, events: [] };
}
