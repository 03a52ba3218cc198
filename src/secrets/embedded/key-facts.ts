import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createCipher } from '../../platform/sealing/cipher.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import { textOf } from '../../platform/sqlite-row.ts';
import { readKeyFile } from './key-file.ts';

export interface KeyFacts {
  /** Of the key in the file; null where there is no such file. */
  keyIdOfFile: string | null;
  /** Of the key that the secrets were sealed with; null where none were sealed yet. */
  keyIdOfSecrets: string | null;
}

const BUSY_TIMEOUT_MS = 2_000;

/**
 * What `createEmbeddedSecrets` would find, without making anything. Throws CONFIGURATION_INVALID for a
 * key file that others may read or that holds no key, STORE_UNAVAILABLE where a file cannot be read.
 */
export function keyFacts({ path, keyFile }: { path: string; keyFile: string }): KeyFacts {
  const key = readKeyFile(keyFile);
  return {
    keyIdOfFile: key === undefined ? null : createCipher(key).keyId,
    keyIdOfSecrets: existsSync(path) ? recordedKeyId(path) : null,
  };
}

function recordedKeyId(path: string): string | null {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    const table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'key'";
    if (database.prepare(table).get() === undefined) return null;
    const row = database.prepare('SELECT id FROM key').get();
    return row === undefined ? null : textOf(row, 'id');
  } catch (error) {
    throw sqliteFailure(error, path);
  } finally {
    if (database?.isOpen) database.close();
  }
}
