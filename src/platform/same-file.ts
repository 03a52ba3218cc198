import { statSync } from 'node:fs';

/**
 * Remembers which file is at a path now. The answer tells whether it is still that one: a file that
 * was moved or deleted can be written on for as long as it is open, and nobody finds it again.
 */
export function rememberFile(path: string): () => boolean {
  const remembered = identityOf(path);
  return () => identityOf(path) === remembered;
}

/** Undefined where there is no file. */
function identityOf(path: string): string | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts && `${facts.dev}:${facts.ino}`;
}
