import { BiotopeError } from '../model/errors.ts';
import { digest } from './digest.ts';

export const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,126}$/;

/** One name that may become part of a key, a path or a URL: no separators, no dots alone. */
export function isSegment(text: string): boolean {
  return SEGMENT.test(text) && !text.includes('..');
}

const NAME_CHARACTERS_MAX = 100;

/**
 * One segment for one name, however it is written: `data/db[0]` becomes `data_db.0`. Different
 * names that hold no `_` and no `.` never become the same.
 */
export function segmentFor(name: string): string {
  const plain = name.replaceAll('/', '_').replace(/\[(\d+)\]$/, '.$1');
  if (isSegment(plain) && plain.length <= NAME_CHARACTERS_MAX) return plain;
  const short = plain.replaceAll(/[^A-Za-z0-9_.-]/g, '').slice(0, 60);
  return `x${short}-${digest(name).slice(-32)}`.replaceAll('..', '.');
}

/** Whether it is a `/`-separated key or secret path. */
export function isPath(text: string): boolean {
  return text.length <= 512 && text.split('/').every(isSegment);
}

/** Checks a `/`-separated key or secret path. Rejects with PATH_INVALID. */
export function checkPath(path: string): string {
  if (isPath(path)) return path;
  throw new BiotopeError('PATH_INVALID', {
    message:
      `The path ${JSON.stringify(path.slice(0, 200))} is not allowed: use segments of letters, ` +
      `digits and _ . @ - joined by "/", at most 512 characters.`,
  });
}
