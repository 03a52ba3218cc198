import type { Secrets } from './secrets.ts';

/**
 * Secrets that are opened when they are first needed. While `areThere` says no, reading finds nothing
 * and makes nothing; to write or to seal something makes them. After `close` they are opened anew.
 */
export function createLazySecrets(terms: {
  areThere(): boolean;
  open(): Promise<Secrets>;
}): Secrets {
  let opening: Promise<Secrets> | undefined;
  const open = () => {
    const now = opening ?? terms.open();
    opening = now;
    // What could not be opened is tried again.
    now.catch(() => {
      if (opening === now) opening = undefined;
    });
    return now;
  };
  const ifThere = async () => (opening !== undefined || terms.areThere() ? open() : undefined);
  return {
    read: async (...request) => (await ifThere())?.read(...request),
    write: async (...request) => (await open()).write(...request),
    remove: async (...request) => (await ifThere())?.remove(...request),
    list: async (...request) => (await (await ifThere())?.list(...request)) ?? [],
    seal: async (...request) => (await open()).seal(...request),
    open: async (...request) => (await open()).open(...request),
    close: async () => {
      const opened = opening;
      opening = undefined;
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}
