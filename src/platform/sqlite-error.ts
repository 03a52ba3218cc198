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
  const { why, remedy } = adviceFor(error, path);
  return new BiotopeError('STORE_UNAVAILABLE', {
    message: `The data in ${path} cannot be read or written: ${why}`,
    remedy,
    facts: { path },
    cause: error,
  });
}

/** What is written to a file that was moved or deleted is gone with this process. */
export function fileLost(path: string): BiotopeError {
  return new BiotopeError('STORE_LOST', {
    message:
      `The data in ${path} is not there any more: it was moved or deleted while it was used. ` +
      'What was under way since then is recorded nowhere: look at it where it was made, then put ' +
      'the data back, or begin anew.',
    facts: { path },
  });
}

function adviceFor(error: unknown, path: string): { why: string; remedy?: string } {
  const folder = dirname(path);
  if (isFolder(path)) {
    const remedy = 'Move it away, or restore the file.';
    return { why: 'it is a folder where a file should be.', remedy };
  }
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return { why: 'another process is writing it for too long.', remedy: 'Try again.' };
    case READONLY: {
      const remedy = `Check the permissions of the file and of ${folder}.`;
      return { why: 'it may not be written.', remedy };
    }
    case IOERR:
      return {
        why: 'the disk reports an error.',
        remedy: 'Check the disk, then start again.',
      };
    case CORRUPT:
    case NOTADB:
      return { why: 'it is damaged or is no database.', remedy: 'Restore it from a backup.' };
    case FULL: {
      const remedy = `Free some on the disk that holds ${folder}, then try again.`;
      return { why: 'no space is left.', remedy };
    }
    case CANTOPEN: {
      const remedy = `Check that ${folder} exists and that you may use it.`;
      return { why: 'it cannot be opened.', remedy };
    }
    default:
      return { why: error instanceof Error ? error.message : 'for an unknown reason.' };
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
