import pg from 'pg';
import type { Logger } from '../../platform/logger.ts';

/** How the database is reached. One connection writes, a few read: each costs the server a process. */
export interface Connections {
  /** For one who uses it alone, with what is sent before an answer came. */
  connect(): Promise<pg.Client>;
  readonly readers: pg.Pool;
  close(): Promise<void>;
}

export interface Place {
  /** May hold a password. */
  url: string;
  schema: string;
}

export interface ConnectionTerms extends Place {
  connectTimeoutMs: number;
  log: Logger;
}

const READERS_MAX = 4;
const IDLE_READER_MS = 60_000;

/** Bounds on what the server does for one statement, and on what this process waits for it. */
const STATEMENT_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 35_000;

/**
 * A process that is stopped in the middle of a commit holds up all others: after this long the server
 * ends its transaction. What it still sends is refused then.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** Beyond a server's own setting nothing is weakened: what is committed has reached its disk. */
const SESSION = `SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')
  WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)`;

export function createConnections(terms: ConnectionTerms): Connections {
  const { log } = terms;
  const options = clientOptions(terms);
  const readers = new pg.Pool({
    ...options,
    max: READERS_MAX,
    idleTimeoutMillis: IDLE_READER_MS,
    // Who waits for a free one waits for others' answers: that the server is away is found out sooner.
    connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
  });
  readers.on('error', (error) => {
    log.debug(
      { code: 'code' in error ? error.code : undefined },
      'a connection to PostgreSQL ended',
    );
  });
  return {
    readers,
    connect: async () => {
      const client = new pg.Client({ ...options, pipeline: true });
      // Whoever uses it hears of it by its queries.
      client.on('error', () => {});
      await client.connect();
      await client.query(SESSION);
      return client;
    },
    close: () => readers.end(),
  };
}

/** Resolves where the server answers and may be written to. */
export async function probePostgres(place: Place, connectTimeoutMs: number): Promise<void> {
  const client = new pg.Client(clientOptions({ ...place, connectTimeoutMs }));
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {});
  }
}

export function clientOptions({
  url,
  schema,
  connectTimeoutMs,
}: Omit<ConnectionTerms, 'log'>): pg.ClientConfig {
  const address = new URL(url);
  // What stands in an address wins over what is given beside it; the last option wins.
  const given = address.searchParams.get('options');
  address.searchParams.set(
    'options',
    `${given === null ? '' : `${given} `}-c search_path=${schema}`,
  );
  return {
    connectionString: address.href,
    application_name: 'biotope',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
  };
}
