import type { DatabaseSync } from 'node:sqlite';
import { BiotopeError } from '../model/errors.ts';
import { integerOf } from './sqlite-row.ts';
import { inTransaction } from './sqlite-transaction.ts';

export interface SqliteSchema {
  /** Marks a file as ours and as this kind (SQLite's `application_id`). */
  applicationId: number;
  /** Step n leads from version n to n + 1. A step that was released never changes. */
  migrations: readonly string[];
}

/**
 * Brings the file to the newest version, in one transaction: it is migrated whole or not at all.
 * Rejects a file of a newer version with STORE_TOO_NEW, a file of another kind with
 * CONFIGURATION_INVALID.
 */
export function migrate(database: DatabaseSync, path: string, schema: SqliteSchema): void {
  if (schemaVersion(database, path, schema) === schema.migrations.length) return;
  inTransaction(database, () => {
    // Read again: another process may have migrated it while this one waited for the lock.
    const version = schemaVersion(database, path, schema);
    for (const step of schema.migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${schema.applicationId}`);
    database.exec(`PRAGMA user_version = ${schema.migrations.length}`);
  });
}

/** For a process that only reads: what it cannot migrate it must not misread. */
export function requireNewest(database: DatabaseSync, path: string, schema: SqliteSchema): void {
  const version = schemaVersion(database, path, schema);
  if (version === schema.migrations.length) return;
  throw new BiotopeError('STORE_UNAVAILABLE', {
    message:
      `The data in ${path} was written by an older version and cannot be read before it is ` +
      'migrated.',
    remedy: 'Start the process that drives it once with this version.',
    facts: { path, version },
  });
}

/**
 * 0 for a new file. Throws as `migrate` does: the file is of another kind, or of a newer version.
 */
export function schemaVersion(database: DatabaseSync, path: string, schema: SqliteSchema): number {
  // Asked first: another process may make the file what it is to be between these questions.
  const wasEmpty = isEmpty(database);
  const version = pragma(database, 'user_version');
  const applicationId = pragma(database, 'application_id');
  const isNew = wasEmpty && version === 0 && applicationId === 0;
  if (!isNew && applicationId !== schema.applicationId) {
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message: `The file ${path} holds something else.`,
      remedy: 'Name another path in the configuration.',
      facts: { path },
    });
  }
  if (version <= schema.migrations.length) return version;
  throw new BiotopeError('STORE_TOO_NEW', {
    message:
      `The data in ${path} has version ${version}; this program knows versions up to ` +
      `${schema.migrations.length}.`,
    remedy: 'Use the newer program that wrote it.',
    facts: { path, version, versionMax: schema.migrations.length },
  });
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? 0 : integerOf(row, name);
}
