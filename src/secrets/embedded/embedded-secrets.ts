import { sameJson } from '../../model/json.ts';
import { checkPath } from '../../platform/paths.ts';
import type { Cipher } from '../../platform/sealing/cipher.ts';
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import { integerOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import { inTransaction } from '../../platform/sqlite-transaction.ts';
import { checkFields, keyConflict } from '../checks.ts';
import type { SecretFields, Secrets, SecretVersion } from '../secrets.ts';
import { openCipher } from './open-cipher.ts';
import { SECRETS_SCHEMA } from './schema.ts';

/**
 * The secrets of an installation without Vault: a file of its own (or `:memory:`) in which every
 * value is sealed with the key in `keyFile`, which is made when both are new. Versions go on
 * counting after a removal. Throws SECRET_UNREADABLE where the key is missing or another one,
 * CONFIGURATION_INVALID where others may read it, STORE_UNAVAILABLE where a file cannot be used.
 */
export function createEmbeddedSecrets(files: { path: string; keyFile: string }): Secrets {
  const { path: file } = files;
  const sqlite = openSqlite({ path: file, schema: SECRETS_SCHEMA });
  const { database } = sqlite;
  database.exec('PRAGMA secure_delete = ON');
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw sqliteFailure(error, file);
    }
  };
  const close = () => {
    if (database.isOpen) database.close();
  };
  const cipher = openOrClose(() => guard(() => openCipher(sqlite, files)), close);
  const versions = createVersions(sqlite, cipher);

  const guarded = async <T>(signal: AbortSignal | undefined, work: () => T): Promise<T> => {
    signal?.throwIfAborted();
    return guard(work);
  };

  return {
    read: (path, version, signal) => guarded(signal, () => versions.read(checkPath(path), version)),
    write: (path, fields, expectedVersion, signal) =>
      guarded(signal, () => {
        checkFields(checkPath(path), fields);
        return inTransaction(database, () => versions.write(path, fields, expectedVersion));
      }),
    remove: (path, signal) => guarded(signal, () => versions.remove(checkPath(path))),
    list: (prefix, signal) =>
      guarded(signal, () => (prefix === '' ? versions.all() : versions.below(checkPath(prefix)))),
    seal: async (plain, context) => cipher.seal(plain, ['sealed', context]),
    open: async (sealed, context) => cipher.open(sealed, ['sealed', context]),
    close: async () => close(),
  };
}

function openOrClose<T>(open: () => T, close: () => void): T {
  try {
    return open();
  } catch (error) {
    close();
    throw error;
  }
}

function createVersions({ statement }: Sqlite, cipher: Cipher) {
  const newest = statement(
    'SELECT version, sealed FROM versions WHERE path = ? ORDER BY version DESC LIMIT 1',
  );
  const one = statement('SELECT version, sealed FROM versions WHERE path = ? AND version = ?');
  const nextVersion = statement(
    'INSERT INTO paths (path, last) VALUES (?, 1) ' +
      'ON CONFLICT (path) DO UPDATE SET last = last + 1 RETURNING last',
  );
  const insert = statement('INSERT INTO versions (path, version, sealed) VALUES (?, ?, ?)');
  const remove = statement('DELETE FROM versions WHERE path = ?');
  const below = statement(
    'SELECT DISTINCT path FROM versions WHERE path > ? AND path < ? ORDER BY path',
  );
  const all = statement('SELECT DISTINCT path FROM versions ORDER BY path');

  const read = (path: string, version?: number): SecretVersion | undefined => {
    const row = version === undefined ? newest.get(path) : one.get(path, version);
    return row === undefined ? undefined : openVersion(cipher, path, row);
  };

  return {
    read,
    write: (path: string, fields: SecretFields, expectedVersion: number | null): number => {
      const before = read(path);
      const found = before?.version ?? 0;
      if (expectedVersion !== null && expectedVersion !== found) {
        throw keyConflict(path, expectedVersion, found);
      }
      if (before !== undefined && sameJson(before.fields, fields)) return before.version;
      const version = integerOf(nextVersion.get(path) ?? {}, 'last');
      const plain = Buffer.from(JSON.stringify(fields));
      insert.run(path, version, cipher.seal(plain, ['secret', path, String(version)]));
      return version;
    },
    remove: (path: string) => {
      remove.run(path);
    },
    // Between "prefix/" and the first text that does not begin so: "0" follows "/".
    below: (prefix: string) =>
      below.all(`${prefix}/`, `${prefix}0`).map((row) => textOf(row, 'path')),
    all: () => all.all().map((row) => textOf(row, 'path')),
  };
}

function openVersion(cipher: Cipher, path: string, row: Row): SecretVersion {
  const version = integerOf(row, 'version');
  const plain = cipher.open(textOf(row, 'sealed'), ['secret', path, String(version)]);
  const fields: SecretFields = JSON.parse(Buffer.from(plain).toString('utf8'));
  return { version, fields };
}
