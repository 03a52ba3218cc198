import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file (0600) whole or not at all: beside its place, then renamed, so that nobody reads half of it.
 * `isDurable`: a power cut after that does not lose it. Throws what the system says.
 */
export function replaceFile(
  path: string,
  text: string,
  { isDurable = false }: { isDurable?: boolean } = {},
): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: isDurable });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  if (isDurable) syncFolder(dirname(path));
}

/**
 * Puts a finished folder, `draft`, in its place, on the same disk. What is there and `isGood` stays:
 * another process was quicker, and may use it. Anything else there gives way, moved first, so that
 * nobody finds half of it. The draft may be left over: its maker removes it.
 */
export async function replaceFolder(
  draft: string,
  place: string,
  isGood: () => boolean | Promise<boolean>,
): Promise<void> {
  try {
    return await rename(draft, place);
  } catch (error) {
    if (lstatSync(place, { throwIfNoEntry: false }) === undefined) throw error;
    if (await isGood()) return;
    const aside = `${draft}-aside`;
    await rename(place, aside).catch(() => {
      throw error;
    });
    await rm(aside, { recursive: true, force: true });
    await rename(draft, place);
  }
}

/** A new name is durable only once its folder is. Windows cannot do that, nor does it need to. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
