/** What was used last, so many at least and twice as many at most. */
export interface Recent<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  clear(): void;
}

/** Two halves: when the newer one is full, the older one is dropped. Nothing is kept in order. */
export function createRecent<T>(halfMax: number): Recent<T> {
  let newer = new Map<string, T>();
  let older = new Map<string, T>();

  const set = (key: string, value: T) => {
    newer.set(key, value);
    if (newer.size < halfMax) return;
    older = newer;
    newer = new Map();
  };

  return {
    get: (key) => {
      const found = newer.get(key);
      if (found !== undefined) return found;
      const old = older.get(key);
      if (old !== undefined) set(key, old);
      return old;
    },
    set,
    clear: () => {
      newer = new Map();
      older = new Map();
    },
  };
}
