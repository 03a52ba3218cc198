import type { Clock } from '../../platform/clock.ts';

/** Everything goes to everybody who listens at that time, in order, soon. */
export interface Broadcast<T> {
  send(message: T): void;
  /** Returns what ends it. */
  listen(handle: (message: T) => void): () => void;
}

export function createBroadcast<T>(clock: Clock): Broadcast<T> {
  const listeners = new Set<{ handle: (message: T) => void }>();
  return {
    send: (message) => {
      for (const listener of listeners) {
        // Each on its own: the failure of one listener is no other's.
        clock.soon(() => {
          if (listeners.has(listener)) listener.handle(message);
        });
      }
    },
    listen: (handle) => {
      const listener = { handle };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
