import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sqliteFailure } from './sqlite-error.ts';
import { type SqliteSchema, schemaVersion } from './sqlite-migrate.ts';
import { textOf } from './sqlite-row.ts';

export interface SqliteFacts {
  bytes: number;
  version: number;
  /** What SQLite finds wrong with it, at most a few lines; empty: it is whole. */
  damage: string[];
}

const BUSY_TIMEOUT_MS = 2_000;
const DAMAGE_LINES_MAX = 5;

/**
 * Opens the file for reading only and reads all of it. Throws STORE_UNAVAILABLE where that cannot be
 * done, STORE_TOO_NEW, and CONFIGURATION_INVALID where it holds something else.
 */
export function checkSqlite(path: string, schema: SqliteSchema): SqliteFacts {
  let database: DatabaseSync | undefined;
  try {
    const bytes = statSync(path).size;
    database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    const version = schemaVersion(database, path, schema);
    const answers = database.prepare(`PRAGMA quick_check(${DAMAGE_LINES_MAX})`).all();
    const said = answers.map((row) => textOf(row, 'quick_check'));
    return { bytes, version, damage: said.filter((line) => line !== 'ok') };
  } catch (error) {
    throw sqliteFailure(error, path);
  } finally {
    if (database?.isOpen) database.close();
  }
}
