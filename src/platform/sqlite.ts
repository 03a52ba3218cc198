import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { makePrivateFolder } from './private-folder.ts';
import { syncFolder } from './replace.ts';
import { rememberFile } from './same-file.ts';
import { fileLost, sqliteFailure } from './sqlite-error.ts';
import { migrate, requireNewest, type SqliteSchema } from './sqlite-migrate.ts';

/** A database that is gone with its connection. */
export const IN_MEMORY = ':memory:';

/** Short, because waiting blocks the whole process. */
const BUSY_TIMEOUT_MS = 250;

const PAGE_BYTES = 4096;

/** Enough for the statements of every module and the shapes of its queries. */
const STATEMENTS_MAX = 300;

export interface SqliteFile {
  /** Where the file is, or `:memory:`. */
  path: string;
  schema: SqliteSchema;
  /** Reads beside a process that writes. The file must exist and be of the newest version. */
  readOnly?: boolean;
  /** Beyond this size writes fail as they do on a full disk. Default: the disk's. */
  fileBytesMax?: number | undefined;
}

export interface Sqlite {
  database: DatabaseSync;
  /** A prepared statement, kept for the next time the same text is asked for. */
  statement(sql: string): StatementSync;
  /** Throws STORE_LOST once the file is no longer where it was opened. */
  demandThere(): void;
}

/**
 * Opens (or makes) a database file whose commits survive a power cut: WAL, `synchronous=FULL`.
 * The file is private (0600), a folder made for it too (0700). Rejects with STORE_UNAVAILABLE,
 * STORE_TOO_NEW and, where the file holds something else, CONFIGURATION_INVALID.
 */
export function openSqlite(file: SqliteFile): Sqlite {
  let database: DatabaseSync | undefined;
  try {
    if (file.path !== IN_MEMORY && file.readOnly !== true) makePrivate(file.path);
    database = new DatabaseSync(file.path, {
      readOnly: file.readOnly ?? false,
      timeout: BUSY_TIMEOUT_MS,
    });
    if (file.readOnly === true) requireNewest(database, file.path, file.schema);
    else prepareForWriting(database, file);
    return { database, statement: statementCache(database), demandThere: guard(file.path) };
  } catch (error) {
    if (database?.isOpen) database.close();
    throw sqliteFailure(error, file.path);
  }
}

function prepareForWriting(database: DatabaseSync, file: SqliteFile): void {
  // `fullfsync` matters on macOS only, where fsync alone does not reach the disk.
  database.exec(`
    PRAGMA page_size = ${PAGE_BYTES};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8192;
  `);
  migrate(database, file.path, file.schema);
  if (file.fileBytesMax !== undefined) {
    database.exec(`PRAGMA max_page_count = ${Math.floor(file.fileBytesMax / PAGE_BYTES)}`);
  }
}

/** SQLite gives the files beside it (-wal, -shm) the permissions of the database itself. */
function makePrivate(path: string): void {
  const folder = dirname(path);
  makePrivateFolder(folder);
  const isNew = !existsSync(path);
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  if (isNew) syncFolder(folder);
}

function guard(path: string): () => void {
  if (path === IN_MEMORY) return () => {};
  const isThere = rememberFile(path);
  return () => {
    if (!isThere()) throw fileLost(path);
  };
}

function statementCache(database: DatabaseSync): Sqlite['statement'] {
  const known = new Map<string, StatementSync>();
  return (sql) => {
    const found = known.get(sql);
    if (found !== undefined) return found;
    const [oldest] = known.keys();
    if (known.size >= STATEMENTS_MAX && oldest !== undefined) known.delete(oldest);
    const statement = database.prepare(sql);
    known.set(sql, statement);
    return statement;
  };
}
