import { Database } from 'arangojs';
import type { Statement } from './aql/statement.ts';
import { arangoFailure, readOnlyFailure } from './failure.ts';

export interface Place {
  /** May hold user and password, which then win. */
  url: string;
  database: string;
  username: string;
  password: string | null;
  /** How long an answer is awaited, beyond what the server may take for a statement. */
  answerTimeoutMs?: number;
}

/** One way to the database, with a few connections of its own. */
export interface Link {
  database: Database;
  /** All rows that a statement returns. */
  ask<T>(statement: Statement): Promise<T[]>;
}

/** How the database is reached. Commits have connections of their own: no slow read is in their way. */
export interface Connections {
  readonly writer: Link;
  readonly readers: Link;
  close(): void;
}

const READERS_MAX = 8;
const WRITERS_MAX = 2;

/** Bounds on what the server does for one statement, and on what this process waits for it. */
const STATEMENT_TIMEOUT_S = 30;
const ANSWER_TIMEOUT_MS = 35_000;

export function createConnections(place: Place): Connections {
  const { database, answerTimeoutMs = ANSWER_TIMEOUT_MS } = place;
  const link = (poolSize: number): Link => {
    const connected = connect(place, { database, poolSize });
    return { database: connected, ask: (statement) => ask(connected, statement, answerTimeoutMs) };
  };
  const writer = link(WRITERS_MAX);
  const readers = link(READERS_MAX);
  return {
    writer,
    readers,
    close: () => {
      writer.database.close();
      readers.database.close();
    },
  };
}

/** The database in which others are made. */
export function connectToSystem(place: Place): Database {
  return connect(place, { database: '_system', poolSize: 1 });
}

function connect(
  place: Place,
  { database, poolSize }: { database: string; poolSize: number },
): Database {
  const { url, auth } = addressOf(place);
  return new Database({
    url,
    databaseName: database,
    auth,
    poolSize,
    timeout: place.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    // What is tried again, and when, is decided where it is known what it would mean.
    maxRetries: false,
    retryOnConflict: 0,
    arangoVersion: 31200,
  });
}

function addressOf(place: Place) {
  const { username, password } = credentialsOf(place);
  const address = new URL(place.url);
  address.username = '';
  address.password = '';
  return {
    url: address.href,
    auth: { username: asBytes(username), password: asBytes(password) },
  };
}

/** User and password as people write them. */
export function credentialsOf({ url, username, password }: Place) {
  const address = new URL(url);
  if (address.username === '') return { username, password: password ?? '' };
  return {
    username: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
  };
}

/** The driver takes each character for a byte. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Resolves where the server answers, lets this user into the database, and may be written to now. */
export async function probeArango(place: Place): Promise<void> {
  const database = connect(place, { database: place.database, poolSize: 1 });
  try {
    await database.get();
    const mode = await database.availability();
    if (mode !== 'default') throw readOnlyFailure();
  } catch (error) {
    // Its words are written to the log.
    throw arangoFailure(error);
  } finally {
    database.close();
  }
}

const ROWS_AT_ONCE = 10_000;
const CURSOR_TTL_S = 60;

async function ask<T>(
  database: Database,
  { query, bindVars }: Statement,
  timeout: number,
): Promise<T[]> {
  // The driver's own settings do not reach its queries: each says them again.
  const cursor = await database.query<T>(query, bindVars, {
    timeout,
    maxRuntime: STATEMENT_TIMEOUT_S,
    batchSize: ROWS_AT_ONCE,
    ttl: CURSOR_TTL_S,
  });
  try {
    return await cursor.all();
  } finally {
    // Left in the middle, it would stay at the server.
    await cursor.kill().catch(() => {});
  }
}
