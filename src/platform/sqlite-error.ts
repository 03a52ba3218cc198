import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BiotopeError } from '../model/errors.ts';

/** SQLite's primary result codes (the low byte of an extended one) that people can do something about. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** SQLite's errors as STORE_UNAVAILABLE, with what to do; ours pass unchanged. Never holds data. */
export function sqliteFailure(error: unknown, path: string): BiotopeError {
  if (error instanceof BiotopeError) return error;
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: `The data in ${path} cannot be read or written: ${advice(error, path)}`,
    facts: { path },
    cause: error,
  });
}

function advice(error: unknown, path: string): string {
  if (isFolder(path))
    return 'it is a folder where a file should be. Move it away, or restore the file.';
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return 'another process is writing it for too long. Try again.';
    case READONLY:
      return `it may not be written. Check the permissions of the file and of ${dirname(path)}.`;
    case IOERR:
      return 'the disk reports an error. Check the disk, then start again.';
    case CORRUPT:
    case NOTADB:
      return 'it is damaged or is no database. Restore it from a backup.';
    case FULL:
      return `no space is left. Free some on the disk that holds ${dirname(path)}, then try again.`;
    case CANTOPEN:
      return `it cannot be opened. Check that ${dirname(path)} exists and that you may use it.`;
    default:
      return error instanceof Error ? error.message : 'for an unknown reason.';
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
