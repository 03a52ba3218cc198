import type { Store } from '../../src/store/store.ts';

/** A store that can be cut off from its user, as a dead process is. */
export function severable(store: Store): { store: Store; sever(): void } {
  let isSevered = false;
  const never = () => new Promise<never>(() => {});
  const cut = new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name];
      return (...args: never[]) =>
        isSevered ? never() : (method as (...all: never[]) => unknown)(...args);
    },
  });
  return {
    store: cut,
    sever: () => {
      isSevered = true;
    },
  };
}
