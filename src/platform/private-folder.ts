import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeTemporaryFolder } from './temporary-folder.ts';

const OWNER_ONLY = 0o700;

/**
 * Makes the folder (0700) and those above it that are missing; one that is there stays as it is.
 * Node's own `recursive` never returns where the system says of every new name that it does not
 * exist, as it does below /proc.
 */
export function makePrivateFolder(folder: string): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makePrivateFolder(above);
  try {
    mkdirSync(folder, { mode: OWNER_ONLY });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Works with a folder for temporary files that only its owner sees (0700). It is removed however the
 * work ends, also where the process is ended by a second Ctrl-C.
 */
export async function withPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeTemporaryFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
