import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import { createGroupCommit } from './group-commit.ts';
import type { Failures, Guarded } from './guarded.ts';
import { createLater } from './later.ts';
import type { PhysicalCommit } from './physical-commit.ts';
import { prepareTransaction } from './prepared-transaction.ts';
import type { Store } from './store.ts';
import { createWatchers } from './watchers.ts';

/** How an adapter reads. Each call is guarded; `publishedThrough` as it is written down. */
export type Reads = Omit<
  Store,
  'commit' | 'markPublished' | 'appendLog' | 'watch' | 'hear' | 'close'
>;

export interface DatabaseStoreParts {
  clock: Clock;
  random: Random;
  log: Logger;
  guarded: Guarded;
  failures: Failures;
  physical: PhysicalCommit;
  reads: Reads;
  hear?: NonNullable<Store['hear']>;
  /** After the last commit. */
  disconnect(): Promise<void>;
}

/** The store over a database server, for any number of processes: what its adapters have in common. */
export function createDatabaseStore(parts: DatabaseStoreParts): Store {
  const { clock, log, guarded, failures, reads } = parts;
  const group = createGroupCommit(parts);
  const watchers = createWatchers(clock);
  const publication = createPublication(clock, group.markPublished);
  let closing: Promise<void> | undefined;
  const read = <T>(work: () => Promise<T>): Promise<T> => {
    return closing === undefined ? guarded(work) : Promise.reject(failures.closed());
  };

  return {
    get: (collection, key) => read(() => reads.get(collection, key)),
    find: (collection, query) => read(() => reads.find(collection, query)),
    events: (query) => read(() => reads.events(query)),
    changes: (query) => read(() => reads.changes(query)),
    readLog: (query) => read(() => reads.readLog(query)),
    closure: (query) => read(() => reads.closure(query)),
    search: (query) => read(() => reads.search(query)),
    publishedThrough: () =>
      read(async () => Math.max(publication.marked(), await reads.publishedThrough())),
    commit: async (transaction) => {
      const committed = await group.commit(prepareTransaction(transaction));
      watchers.notify(transaction, committed);
      return committed;
    },
    markPublished: async (throughSequence) => {
      if (closing !== undefined) throw failures.closed();
      publication.mark(throughSequence);
    },
    appendLog: (chunk) => group.appendLog({ ...chunk }),
    watch: watchers.add,
    ...(parts.hear === undefined ? {} : { hear: parts.hear }),
    close: () => {
      const last = publication.writeNow();
      closing ??= last
        .then(group.close)
        .then(parts.disconnect)
        .catch((error) => {
          log.debug(
            { err: failures.translate(error) },
            'a connection of the store did not end well',
          );
        });
      return closing;
    },
  };
}

interface Publication {
  marked(): number;
  mark(throughSequence: number): void;
  writeNow(): Promise<void>;
}

/** Known at once, written within a second, in the commit that then comes. */
function createPublication(
  clock: Clock,
  write: (throughSequence: number) => Promise<void>,
): Publication {
  let marked = 0;
  const later = createLater(clock, () => write(marked));
  return {
    marked: () => marked,
    mark: (throughSequence) => {
      if (throughSequence <= marked) return;
      marked = throughSequence;
      later.need();
    },
    // What cannot be written is published again, by whoever comes next.
    writeNow: () => later.now().catch(() => {}),
  };
}
