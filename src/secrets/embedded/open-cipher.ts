import { BiotopeError } from '../../model/errors.ts';
import { type Cipher, createCipher } from '../../platform/sealing/cipher.ts';
import type { Sqlite } from '../../platform/sqlite.ts';
import { textOf } from '../../platform/sqlite-row.ts';
import { createKeyFile, readKeyFile } from './key-file.ts';

/**
 * The cipher that belongs to this database. A new key is made for a new database only: for one whose
 * key file is missing, a new key would silently make everything in it unreadable for ever.
 */
export function openCipher(
  sqlite: Sqlite,
  { path, keyFile }: { path: string; keyFile: string },
): Cipher {
  const keyIdBefore = recordedKeyId(sqlite);
  const key = readKeyFile(keyFile) ?? makeKey(keyIdBefore, { path, keyFile });
  const cipher = createCipher(key);
  sqlite.statement('INSERT OR IGNORE INTO key (one, id) VALUES (1, ?)').run(cipher.keyId);
  const keyId = recordedKeyId(sqlite);
  if (keyId === cipher.keyId) return cipher;
  throw new BiotopeError('SECRET_UNREADABLE', {
    message:
      `The secrets in ${path} were sealed with the key ${keyId}; ${keyFile} holds another one, ` +
      `${cipher.keyId}. Restore the right key file from a backup.`,
    facts: { path, keyFile },
  });
}

function makeKey(
  keyIdBefore: string | undefined,
  files: { path: string; keyFile: string },
): Uint8Array {
  const { path, keyFile } = files;
  if (keyIdBefore === undefined) createKeyFile(keyFile);
  const key = readKeyFile(keyFile);
  if (key !== undefined) return key;
  throw new BiotopeError('SECRET_UNREADABLE', {
    message:
      `The key file ${keyFile} is missing, without which the secrets in ${path} cannot be read. ` +
      'Restore it from a backup. If it is lost, so are the secrets: move the database away to begin ' +
      'with new ones.',
    facts: { path, keyFile },
  });
}

function recordedKeyId({ statement }: Sqlite): string | undefined {
  const row = statement('SELECT id FROM key').get();
  return row === undefined ? undefined : textOf(row, 'id');
}
