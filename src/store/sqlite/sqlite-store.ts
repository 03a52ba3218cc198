import { BiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { IN_MEMORY, openSqlite, type Sqlite } from '../../platform/sqlite.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import { createLater } from '../later.ts';
import { prepareTransaction } from '../prepared-transaction.ts';
import type { Store } from '../store.ts';
import { createWatchers } from '../watchers.ts';
import { createCounters } from './counters.ts';
import { type Cursors, createCursors } from './cursors.ts';
import { createDependencyGraph } from './dependency-graph.ts';
import { createDerived } from './derived.ts';
import { closedFailure, createGroupCommit, type GroupMemory } from './group-commit.ts';
import { createIndexing } from './indexing.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLogs, type Logs } from './logs.ts';
import { createPublication } from './publication.ts';
import { createQueries } from './queries.ts';
import { createRecordTables } from './record-tables.ts';
import { STORE_SCHEMA } from './schema.ts';
import { createSearchIndex } from './search.ts';
import { createApply } from './transactions.ts';
import { createWalSync, syncWhatOthersWrote } from './wal-sync.ts';

export interface SqliteStoreOptions {
  /** The database's file, or `:memory:`. */
  path: string;
  clock: Clock;
  /**
   * For a process beside the one that drives the data folder. Every writing method rejects with
   * STORE_UNAVAILABLE, and `watch` sees nothing: what another process commits has to be looked for.
   */
  readOnly?: boolean;
  /** Instead of the disk's: makes durable what was committed before the call. */
  sync?: () => Promise<void>;
  /** Beyond this size commits fail as on a full disk. Default: the disk's. */
  fileBytesMax?: number;
}

/**
 * The embedded store: one file, one writing process. All commits of one turn of the event loop
 * share one physical commit. Throws STORE_UNAVAILABLE, STORE_TOO_NEW or CONFIGURATION_INVALID where
 * the file cannot be used.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const { path, clock, readOnly = false, fileBytesMax } = options;
  const sqlite = openSqlite({ path, schema: STORE_SCHEMA, readOnly, fileBytesMax });
  const cursors = createCursors(sqlite);
  const parts = {
    sqlite,
    cursors,
    journal: createJournal(sqlite, cursors),
    logs: createLogs(sqlite),
    search: createSearchIndex(sqlite),
    graph: createDependencyGraph(sqlite),
  };
  try {
    const { writer, answer } = readOnly
      ? readOnlyWriter({ ...parts, path })
      : createWriter({ ...parts, path, clock, sync: options.sync });
    return { ...createReader(parts, answer), ...writer };
  } catch (error) {
    closeSqlite(sqlite);
    throw sqliteFailure(error, path);
  }
}

/** Looks into the database, and answers once what was found is durable. */
type Answer = <T>(query: () => T) => Promise<T>;

type Writer = Pick<
  Store,
  'commit' | 'publishedThrough' | 'markPublished' | 'appendLog' | 'search' | 'watch' | 'close'
>;
type Reader = Omit<Store, keyof Writer>;

interface WriterParts extends Parts {
  clock: Clock;
  sync: SqliteStoreOptions['sync'];
}

interface Parts {
  sqlite: Sqlite;
  path: string;
  cursors: Cursors;
  journal: Journal;
  logs: Logs;
  search: ReturnType<typeof createSearchIndex>;
  graph: ReturnType<typeof createDependencyGraph>;
}

function createReader({ sqlite, journal, logs, graph }: Omit<Parts, 'path'>, read: Answer): Reader {
  const queries = createQueries(sqlite);
  return {
    get: (collection, key) => read(() => queries.get(collection, key)),
    find: (collection, query = {}) => read(() => queries.find(collection, query)),
    events: (query) => read(() => journal.events(query)),
    changes: ({ afterSequence, limit }) => read(() => journal.changes(afterSequence, limit)),
    readLog: (query) => read(() => logs.read(query)),
    closure: (query) => read(() => graph.closure(query)),
  };
}

function createAnswer(path: string, durable: () => Promise<void> | null): Answer {
  return async (query) => {
    try {
      const found = query();
      const waits = durable();
      if (waits !== null) await waits;
      return found;
    } catch (error) {
      throw sqliteFailure(error, path);
    }
  };
}

function createWriter(parts: WriterParts): { writer: Writer; answer: Answer } {
  const { sqlite, path, clock, cursors, journal, logs, search, graph } = parts;
  const counters = createCounters(journal);
  const publication = createPublication(cursors);
  const tables = createRecordTables(sqlite);
  const indexing = createIndexing({ journal, cursors, search, tables });
  const memory = allOf([tables, counters, indexing, graph]);
  const { database, demandThere } = sqlite;
  const wal = path === IN_MEMORY ? null : createWalSync(path);
  // What FULL does beyond it: see durability.ts.
  if (wal !== null) database.exec('PRAGMA synchronous = NORMAL');
  const sync = parts.sync ?? wal?.sync ?? null;
  const group = createGroupCommit({ database, path, clock, memory, sync, demandThere });
  const later = createLater(clock, () =>
    group.run(() => {
      indexing.catchUp();
      publication.write();
    }),
  );
  const apply = createApply({
    tables,
    derived: createDerived(indexing, graph),
    journal,
    counters,
    nowMs: () => clock.nowMs(),
  });
  const watchers = createWatchers(clock);
  const answer = createAnswer(path, group.durable);
  if (indexing.isBehind()) later.need();

  const writer: Writer = {
    commit: async (transaction) => {
      const prepared = prepareTransaction(transaction);
      const committed = await group.run(() => apply(prepared));
      later.need();
      watchers.notify(transaction, committed);
      return committed;
    },
    publishedThrough: () => answer(publication.through),
    markPublished: async (throughSequence) => {
      if (!sqlite.database.isOpen) throw closedFailure(path);
      publication.mark(throughSequence);
      later.need();
    },
    appendLog: (chunk) => group.run(() => logs.append(chunk)),
    search: async (query) => {
      // What cannot be indexed now is found later.
      await later.now().catch(() => {});
      return answer(() => search.search(query));
    },
    watch: watchers.add,
    close: async () => {
      const last = later.now().catch(() => {});
      await group.close();
      await last;
      await wal?.close();
      closeSqlite(sqlite);
    },
  };
  return { writer, answer };
}

function allOf(memories: readonly Partial<GroupMemory>[]): GroupMemory {
  return {
    begun: (isOutdated) => {
      for (const memory of memories) memory.begun?.(isOutdated);
    },
    committing: () => {
      for (const memory of memories) memory.committing?.();
    },
    rolledBack: () => {
      for (const memory of memories) memory.rolledBack?.();
    },
  };
}

function readOnlyWriter({ sqlite, path, cursors, search }: Parts) {
  const refuse = async () => {
    throw new BiotopeError('STORE_UNAVAILABLE', {
      message: `The data in ${path} is opened for reading only: another process drives it.`,
    });
  };
  const answer = createAnswer(path, () => {
    syncWhatOthersWrote(path);
    return null;
  });
  const writer: Writer = {
    commit: refuse,
    publishedThrough: () => answer(() => cursors.get('published')),
    markPublished: refuse,
    appendLog: refuse,
    search: (query) => answer(() => search.search(query)),
    watch: () => () => {},
    close: async () => closeSqlite(sqlite),
  };
  return { writer, answer };
}

function closeSqlite({ database }: Sqlite): void {
  if (database.isOpen) database.close();
}
