import type { Clock } from '../platform/clock.ts';
import type { Store } from './store.ts';

type Listener = Parameters<Store['watch']>[0];

/** Who wants to hear of commits. */
export interface Watchers {
  add: Store['watch'];
  notify: Listener;
}

export function createWatchers(clock: Clock): Watchers {
  const listeners = new Set<Listener>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    notify: (transaction, committed) => {
      for (const listener of listeners) {
        try {
          listener(transaction, committed);
        } catch (error) {
          // A listener's fault: seen as one, but by nobody who waits for a commit.
          clock.soon(() => {
            throw error;
          });
        }
      }
    },
  };
}
