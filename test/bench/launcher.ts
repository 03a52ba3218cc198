import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const LAUNCHER = join(import.meta.dirname, '../../bin/biotope');

/** What the launcher tells Node about its heap. */
export function heapFlags(): string[] {
  const flags = /^heap='(.+)'$/m.exec(readFileSync(LAUNCHER, 'utf8'))?.[1];
  if (flags === undefined) throw new Error(`${LAUNCHER} says nothing of the heap any more.`);
  return flags.split(' ');
}
