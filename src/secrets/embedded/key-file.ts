import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BiotopeError } from '../../model/errors.ts';
import { codeOf } from '../../model/thrown.ts';
import { syncFolder } from '../../platform/replace.ts';
import { KEY_BYTES } from '../../platform/sealing/cipher.ts';

/**
 * Reads the key; undefined where there is no such file. Throws CONFIGURATION_INVALID for a file that
 * others may read or that holds no key, and STORE_UNAVAILABLE for one that cannot be read.
 */
export function readKeyFile(path: string): Uint8Array | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    // Of the open file, not of the name: between two looks somebody may exchange it.
    checkKeyFile(path, fstatSync(handle));
    return readFileSync(handle);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw keyFileFailure(error, path);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * Makes a new key under this name, or leaves the one that another process made at the same time.
 * It appears whole, private (0600) and durable, or not at all.
 */
export function createKeyFile(path: string): void {
  const folder = dirname(path);
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeDraft(draft);
    try {
      // Unlike a rename, a link never replaces a key that is there.
      linkSync(draft, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
    syncFolder(folder);
  } catch (error) {
    throw keyFileFailure(error, path);
  }
}

function writeDraft(path: string): void {
  const handle = openSync(path, 'wx', 0o600);
  try {
    writeSync(handle, randomBytes(KEY_BYTES));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function checkKeyFile(path: string, facts: { mode: number; size: number }): void {
  const mode = facts.mode & 0o777;
  // Windows keeps permissions elsewhere: these bits say nothing there.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message: `The key file ${path} is open to other users (mode 0${mode.toString(8)}).`,
      remedy: `Close it: chmod 600 '${path}'. If somebody may have read it, renew the secrets.`,
      facts: { path, mode },
    });
  }
  if (facts.size !== KEY_BYTES) {
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message: `The key file ${path} has ${facts.size} bytes instead of ${KEY_BYTES}: it is no key.`,
      remedy: 'Restore it from a backup.',
      facts: { path, bytes: facts.size },
    });
  }
}

function keyFileFailure(error: unknown, path: string): BiotopeError {
  if (error instanceof BiotopeError) return error;
  const reason = error instanceof Error ? error.message : 'for an unknown reason';
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: `The key file ${path} cannot be used: ${reason}.`,
    facts: { path },
    cause: error,
  });
}
