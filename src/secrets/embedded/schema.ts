import type { SqliteSchema } from '../../platform/sqlite-migrate.ts';

/**
 * `key`: the id of the one key that everything was sealed with. `paths`: each path's last version,
 * kept when the secret is removed: a reference to an old secret must never find a new one.
 */
export const SECRETS_SCHEMA: SqliteSchema = {
  applicationId: 0x42_69_6f_33,
  migrations: [
    `
    CREATE TABLE key (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);
    CREATE TABLE paths (path TEXT PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE versions (
      path TEXT NOT NULL, version INTEGER NOT NULL, sealed TEXT NOT NULL,
      PRIMARY KEY (path, version)
    );
    `,
  ],
};
