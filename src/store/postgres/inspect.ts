import pg from 'pg';
import { clientOptions, type Place } from './connections.ts';
import { postgresFailure } from './failure.ts';
import { knownVersion, schemaVersion } from './migrate.ts';

/** What a doctor wants to know. */
export interface PostgresFacts {
  /** Of the server, such as `15.4`. */
  serverVersion: string;
  /** Of the schema; 0: nothing is there yet. */
  schemaVersion: number;
  /** What this program would bring it to. */
  knownVersion: number;
  /** It is a standby, or switched to reading. */
  isReadOnly: boolean;
  /** The schema may be made, or used and changed. */
  mayWork: boolean;
  /** What it has told to be committed survives a power cut. */
  isDurable: boolean;
}

const FACTS = `
  SELECT
    current_setting('server_version') AS version,
    pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS reads_only,
    current_setting('fsync') = 'on' AS durable,
    CASE
      WHEN to_regnamespace($1) IS NULL THEN has_database_privilege(current_database(), 'CREATE')
      ELSE has_schema_privilege($1, 'USAGE') AND has_schema_privilege($1, 'CREATE')
    END AS may_work`;

/** Looks and changes nothing. Rejects with STORE_UNAVAILABLE, or STORE_TOO_NEW. */
export async function inspectPostgres(
  place: Place,
  connectTimeoutMs: number,
): Promise<PostgresFacts> {
  const client = new pg.Client(clientOptions({ ...place, connectTimeoutMs }));
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(FACTS, [place.schema]);
    const [row] = rows;
    return {
      serverVersion: String(row?.version).split(' ')[0] ?? '',
      schemaVersion: row?.may_work === true ? await schemaVersion(client, place.schema) : 0,
      knownVersion,
      isReadOnly: row?.reads_only === true,
      mayWork: row?.may_work === true,
      isDurable: row?.durable === true,
    };
  } catch (error) {
    throw postgresFailure(error);
  } finally {
    await client.end().catch(() => {});
  }
}
