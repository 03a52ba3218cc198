import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digest, digestFiles } from '../platform/digest.ts';
import { entriesOfFolder } from '../platform/folder-entries.ts';

/**
 * The bundle's own digest, made from what is in its folder now; undefined where something lies there
 * that is no file.
 */
export async function digestOfFolder(folder: string): Promise<string | undefined> {
  const entries = await entriesOfFolder(folder);
  if (!entries.every(({ isFile }) => isFile)) return undefined;
  return digestFiles(
    await Promise.all(
      entries.map(async ({ path, mode }) => ({
        path,
        executable: (mode & 0o111) !== 0,
        digest: digest(await readFile(join(folder, path))),
      })),
    ),
  );
}
