import type { DatabaseSync } from 'node:sqlite';

/** Does all of `work` or, where it throws, nothing of it. Durable when it returns. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite may have rolled back by itself: it does so on a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
