import type { Secrets } from './secrets.ts';

/**
 * Secrets that are opened when they are first needed. While `areThere` says no, reading finds nothing
 * and makes nothing; to write or to seal something makes them.
 */
export function createLazySecrets(terms: { areThere(): boolean; open(): Secrets }): Secrets {
  let opened: Secrets | undefined;
  const open = () => {
    opened ??= terms.open();
    return opened;
  };
  const ifThere = () => (opened !== undefined || terms.areThere() ? open() : undefined);
  return {
    read: async (...request) => ifThere()?.read(...request),
    write: async (...request) => open().write(...request),
    remove: async (...request) => ifThere()?.remove(...request),
    list: async (...request) => (await ifThere()?.list(...request)) ?? [],
    seal: async (...request) => open().seal(...request),
    open: async (...request) => open().open(...request),
    close: async () => {
      await opened?.close();
      opened = undefined;
    },
  };
}
