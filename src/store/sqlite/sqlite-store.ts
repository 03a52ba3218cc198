import { BiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import type { Store } from '../store.ts';
import { createCounters } from './counters.ts';
import { type Cursors, createCursors } from './cursors.ts';
import { createDependencyGraph } from './dependency-graph.ts';
import { createDerived } from './derived.ts';
import { closedFailure, createGroupCommit, type GroupMemory } from './group-commit.ts';
import { createIndexing } from './indexing.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLater } from './later.ts';
import { createLogs, type Logs } from './logs.ts';
import { createPublication } from './publication.ts';
import { createQueries } from './queries.ts';
import { createRecordTables } from './record-tables.ts';
import { STORE_SCHEMA } from './schema.ts';
import { createSearchIndex } from './search.ts';
import { createApply, prepareTransaction } from './transactions.ts';
import { createWatchers } from './watchers.ts';

export interface SqliteStoreOptions {
  /** The database's file, or `:memory:`. */
  path: string;
  clock: Clock;
  /**
   * For a process beside the one that drives the data folder. Every writing method rejects with
   * STORE_UNAVAILABLE, and `watch` sees nothing: what another process commits has to be looked for.
   */
  readOnly?: boolean;
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
  const writer = readOnly
    ? readOnlyWriter({ ...parts, path })
    : createWriter({ ...parts, path, clock });
  return { ...createReader({ ...parts, path }), ...writer };
}

type Writer = Pick<
  Store,
  'commit' | 'publishedThrough' | 'markPublished' | 'appendLog' | 'search' | 'watch' | 'close'
>;
type Reader = Omit<Store, keyof Writer>;

interface Parts {
  sqlite: Sqlite;
  path: string;
  cursors: Cursors;
  journal: Journal;
  logs: Logs;
  search: ReturnType<typeof createSearchIndex>;
  graph: ReturnType<typeof createDependencyGraph>;
}

function createReader({ sqlite, path, journal, logs, graph }: Parts): Reader {
  const queries = createQueries(sqlite);
  const read = <T>(query: () => T) => asStoreAnswer(path, query);
  return {
    get: (collection, key) => read(() => queries.get(collection, key)),
    find: (collection, query = {}) => read(() => queries.find(collection, query)),
    events: (query) => read(() => journal.events(query)),
    changes: ({ afterSequence, limit }) => read(() => journal.changes(afterSequence, limit)),
    readLog: (query) => read(() => logs.read(query)),
    closure: (query) => read(() => graph.closure(query)),
  };
}

async function asStoreAnswer<T>(path: string, query: () => T): Promise<T> {
  try {
    return query();
  } catch (error) {
    throw sqliteFailure(error, path);
  }
}

function createWriter(parts: Parts & { clock: Clock }): Writer {
  const { sqlite, path, clock, cursors, journal, logs, search, graph } = parts;
  const counters = createCounters(journal);
  const publication = createPublication(cursors);
  const tables = createRecordTables(sqlite);
  const indexing = createIndexing({ journal, cursors, search, tables });
  const memory = allOf([tables, counters, indexing, graph]);
  const { database, demandThere } = sqlite;
  const group = createGroupCommit({ database, path, clock, memory, demandThere });
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
  if (indexing.isBehind()) later.need();

  return {
    commit: async (transaction) => {
      const prepared = prepareTransaction(transaction);
      const committed = await group.run(() => apply(prepared));
      later.need();
      watchers.notify(transaction, committed);
      return committed;
    },
    publishedThrough: () => asStoreAnswer(path, publication.through),
    markPublished: async (throughSequence) => {
      if (!sqlite.database.isOpen) throw closedFailure(path);
      publication.mark(throughSequence);
      later.need();
    },
    appendLog: (chunk) => group.run(() => logs.append(chunk)),
    search: async (query) => {
      // What cannot be indexed now is found later.
      await later.now().catch(() => {});
      return asStoreAnswer(path, () => search.search(query));
    },
    watch: watchers.add,
    close: async () => {
      const last = later.now().catch(() => {});
      group.close();
      await last;
      closeSqlite(sqlite);
    },
  };
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

function readOnlyWriter({ sqlite, path, cursors, search }: Parts): Writer {
  const refuse = async () => {
    throw new BiotopeError('STORE_UNAVAILABLE', {
      message: `The data in ${path} is opened for reading only: another process drives it.`,
    });
  };
  return {
    commit: refuse,
    publishedThrough: () => asStoreAnswer(path, () => cursors.get('published')),
    markPublished: refuse,
    appendLog: refuse,
    search: (query) => asStoreAnswer(path, () => search.search(query)),
    watch: () => () => {},
    close: async () => closeSqlite(sqlite),
  };
}

function closeSqlite({ database }: Sqlite): void {
  if (database.isOpen) database.close();
}
