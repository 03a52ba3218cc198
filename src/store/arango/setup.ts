import type { Database } from 'arangojs';
import { BiotopeError } from '../../model/errors.ts';
import { connectToSystem, credentialsOf, type Place } from './connections.ts';
import { ARANGO, isNumber, NUMBERS } from './failure.ts';
import { isMade, migrate } from './migrate.ts';

/** The oldest whose documentation the store follows. */
const VERSION_MIN = [3, 12] as const;

/** Makes what is missing, and rejects where the store cannot work in this database. */
export async function prepareDatabase(database: Database, place: Place): Promise<void> {
  if (!(await isThere(database))) await createDatabase(place);
  // Without a word on details the driver asks for `undefined`.
  demandVersion((await database.version(false)).version);
  await demandOneShard(database, place);
  await migrate(database);
}

/** For a process that only reads: false where there is nothing to read. */
export async function isReadable(database: Database): Promise<boolean> {
  if (!(await isThere(database))) return false;
  demandVersion((await database.version(false)).version);
  return isMade(database);
}

async function isThere(database: Database): Promise<boolean> {
  try {
    await database.get();
    return true;
  } catch (error) {
    if (isNumber(error, NUMBERS.databaseNotFound)) return false;
    throw error;
  }
}

/**
 * Only from `_system`, and with its users named: without any it would be open to `root` with no password.
 * https://docs.arangodb.com/3.12/develop/http-api/databases/#create-a-database
 */
async function createDatabase(place: Place): Promise<void> {
  const system = connectToSystem(place);
  const { username, password } = credentialsOf(place);
  try {
    await system.createDatabase(place.database, {
      sharding: 'single',
      users: [{ username, passwd: password }],
    });
  } catch (error) {
    // Another process was quicker.
    if (isNumber(error, NUMBERS.duplicateName)) return;
    if (isNumber(error, NUMBERS.forbidden)) throw mayNotCreate(place, error);
    throw error;
  } finally {
    system.close();
  }
}

function mayNotCreate({ database }: Place, cause: unknown): BiotopeError {
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: `ArangoDB has no database ${database}, and this user may not create one.`,
    remedy:
      `Let an administrator create it (sharding "single", with access for the user of arango.username), ` +
      'or name another one in arango.database.',
    facts: { system: ARANGO, database },
    cause: new Error('ArangoDB: 11', { cause: cause instanceof Error ? cause.name : undefined }),
  });
}

/** Throws CONFIGURATION_INVALID. */
export function demandVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1])) return;
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message: `The server of arango.url is ArangoDB ${version}: ${VERSION_MIN.join('.')} or newer is needed.`,
    facts: { version },
  });
}

/**
 * In a cluster a transaction over several collections is whole only where all of them lie on one server.
 * https://docs.arangodb.com/3.12/deploy/oneshard/
 */
async function demandOneShard(database: Database, place: Place): Promise<void> {
  const { parsedBody } = await database.route('_admin/server').get('role');
  const role: unknown = Reflect.get(Object(parsedBody), 'role');
  if (role !== 'COORDINATOR') return;
  const { sharding } = await database.get();
  if (sharding === 'single') return;
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message:
      `The database ${place.database} of this ArangoDB cluster is not a OneShard database: ` +
      'transactions in it are not whole. Name another one in arango.database; where it is missing it is made.',
    facts: { database: place.database, sharding: sharding ?? null },
  });
}
