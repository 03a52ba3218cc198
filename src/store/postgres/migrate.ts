import type pg from 'pg';
import { BiotopeError } from '../../model/errors.ts';
import { MIGRATIONS } from './schema.ts';

/** What this program knows, and brings a schema to. */
export const knownVersion = MIGRATIONS.length;

/** Of the schema: 0 where nothing is there yet. Rejects with STORE_TOO_NEW. */
export async function schemaVersion(client: pg.ClientBase, schema: string): Promise<number> {
  const { rows: found } = await client.query<{ there: boolean }>(
    "SELECT to_regclass($1 || '.biotope_version') IS NOT NULL AS there",
    [schema],
  );
  if (found[0]?.there !== true) return 0;
  const { rows } = await client.query<{ version: number }>('SELECT version FROM biotope_version');
  const version = rows[0]?.version ?? 0;
  if (version <= MIGRATIONS.length) return version;
  throw new BiotopeError('STORE_TOO_NEW', {
    message:
      `The schema ${schema} in PostgreSQL is of version ${version}, written by a newer program: ` +
      `this one knows versions through ${MIGRATIONS.length}.`,
    facts: { version, known: MIGRATIONS.length },
  });
}

/** Any number, the same for all: who migrates is alone in the database. */
const MIGRATION_LOCK = 0x42_69_6f_74;

/** Brings the schema to the newest version, in one transaction: it is migrated whole or not at all. */
export async function migrate(client: pg.ClientBase, schema: string): Promise<void> {
  if ((await schemaVersion(client, schema)) === MIGRATIONS.length) return;
  await client.query('BEGIN');
  try {
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await makeSchema(client, schema);
    // Read again: another process may have migrated it while this one waited for the lock.
    const version = await schemaVersion(client, schema);
    for (const step of MIGRATIONS.slice(version)) await client.query(step);
    await client.query('UPDATE biotope_version SET version = $1', [MIGRATIONS.length]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Asked first: who may not create a schema may use one that is there. */
async function makeSchema(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    'SELECT to_regnamespace($1) IS NOT NULL AS there',
    [schema],
  );
  if (rows[0]?.there !== true) await client.query(`CREATE SCHEMA "${schema}"`);
  await client.query('CREATE TABLE IF NOT EXISTS biotope_version (version integer NOT NULL)');
  await client.query(
    'INSERT INTO biotope_version SELECT 0 WHERE NOT EXISTS (SELECT FROM biotope_version)',
  );
}

/**
 * For a process that only reads: false where there is nothing to read. What it cannot read without
 * changing it is STORE_UNAVAILABLE.
 */
export async function isReadable(client: pg.ClientBase, schema: string): Promise<boolean> {
  const version = await schemaVersion(client, schema);
  if (version === 0 || version === knownVersion) return version !== 0;
  throw new BiotopeError('STORE_UNAVAILABLE', {
    message: `The schema ${schema} in PostgreSQL is of an older version, and cannot be read before it is migrated.`,
    remedy: 'Start a server of this version once.',
    facts: { version },
  });
}
