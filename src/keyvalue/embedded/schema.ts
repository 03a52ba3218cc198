import type { SqliteSchema } from '../../platform/sqlite-migrate.ts';

/** One revision for all keys: it only grows, so that no key ever has the same one twice. */
export const KEY_VALUE_SCHEMA: SqliteSchema = {
  applicationId: 0x42_69_6f_32,
  migrations: [
    `
    CREATE TABLE entries (
      key TEXT PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL
    );
    CREATE TABLE revision (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL);
    INSERT INTO revision (id, last) VALUES (1, 0);
    `,
    // Values are sealed now; what stood in the clear is wiped.
    `
    PRAGMA secure_delete = ON;
    DROP TABLE entries;
    CREATE TABLE entries (
      key TEXT PRIMARY KEY, sealed TEXT NOT NULL, revision INTEGER NOT NULL
    );
    `,
  ],
};
