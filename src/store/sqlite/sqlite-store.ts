import { BiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import type { Store } from '../store.ts';
import { createCounters } from './counters.ts';
import { createDependencyGraph } from './dependency-graph.ts';
import { createDerived } from './derived.ts';
import { createGroupCommit } from './group-commit.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLogs, type Logs } from './logs.ts';
import { createQueries } from './queries.ts';
import { createRecordTables } from './record-tables.ts';
import { STORE_SCHEMA } from './schema.ts';
import { createSearchIndex } from './search.ts';
import { createApply, prepareTransaction } from './transactions.ts';

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
  const parts = {
    sqlite,
    journal: createJournal(sqlite),
    logs: createLogs(sqlite),
    search: createSearchIndex(sqlite),
    graph: createDependencyGraph(sqlite),
  };
  const writer = readOnly ? readOnlyWriter(sqlite, path) : createWriter({ ...parts, path, clock });
  return { ...createReader({ ...parts, path }), ...writer };
}

type Writer = Pick<Store, 'commit' | 'markPublished' | 'appendLog' | 'watch' | 'close'>;
type Reader = Omit<Store, keyof Writer>;

interface Parts {
  sqlite: Sqlite;
  path: string;
  journal: Journal;
  logs: Logs;
  search: ReturnType<typeof createSearchIndex>;
  graph: ReturnType<typeof createDependencyGraph>;
}

function createReader({ sqlite, path, journal, logs, search, graph }: Parts): Reader {
  const queries = createQueries(sqlite);
  const read = async <T>(query: () => T): Promise<T> => {
    try {
      return query();
    } catch (error) {
      throw sqliteFailure(error, path);
    }
  };
  return {
    get: (collection, key) => read(() => queries.get(collection, key)),
    find: (collection, query = {}) => read(() => queries.find(collection, query)),
    events: (query) => read(() => journal.events(query)),
    unpublishedEvents: (limit) => read(() => journal.unpublished(limit)),
    changes: ({ afterSequence, limit }) => read(() => journal.changes(afterSequence, limit)),
    readLog: (query) => read(() => logs.read(query)),
    closure: (query) => read(() => graph.closure(query)),
    search: (query) => read(() => search.search(query)),
  };
}

function createWriter(parts: Parts & { clock: Clock }): Writer {
  const { sqlite, path, clock, journal, logs, search, graph } = parts;
  const counters = createCounters(sqlite);
  const memory = {
    ...counters,
    rolledBack: () => {
      counters.rolledBack();
      graph.rolledBack();
    },
  };
  const { database, demandThere } = sqlite;
  const group = createGroupCommit({ database, path, clock, memory, demandThere });
  const apply = createApply({
    tables: createRecordTables(sqlite),
    derived: createDerived(search, graph),
    journal,
    counters,
    nowMs: () => clock.nowMs(),
  });
  const listeners = new Set<Parameters<Store['watch']>[0]>();

  const notify: Parameters<Store['watch']>[0] = (transaction, committed) => {
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
  };

  return {
    commit: async (transaction) => {
      const prepared = prepareTransaction(transaction);
      const committed = await group.run(() => apply(prepared));
      notify(transaction, committed);
      return committed;
    },
    markPublished: (sequences) => group.run(() => journal.markPublished(sequences)),
    appendLog: (chunk) => group.run(() => logs.append(chunk)),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      group.close();
      closeSqlite(sqlite);
    },
  };
}

function readOnlyWriter(sqlite: Sqlite, path: string): Writer {
  const refuse = async () => {
    throw new BiotopeError('STORE_UNAVAILABLE', {
      message: `The data in ${path} is opened for reading only: another process drives it.`,
    });
  };
  return {
    commit: refuse,
    markPublished: refuse,
    appendLog: refuse,
    watch: () => () => {},
    close: async () => closeSqlite(sqlite),
  };
}

function closeSqlite({ database }: Sqlite): void {
  if (database.isOpen) database.close();
}
