import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { digest, digestFiles } from '../platform/digest.ts';

/**
 * The bundle's own digest, made from what is in its folder now; undefined where something lies there
 * that is no file.
 */
export async function digestOfFolder(folder: string): Promise<string | undefined> {
  const entries = await entriesOf(folder);
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

/**
 * Changes whenever anything in the folder was written, renamed or replaced since: times of change are
 * the kernel's, no program can set them. Costs a look at each file, and reads none.
 */
export async function traceOfFolder(folder: string): Promise<string> {
  const entries = await entriesOf(folder);
  return digest(entries.map(({ trace }) => trace).join('\n'));
}

interface Entry {
  path: string;
  isFile: boolean;
  mode: number;
  trace: string;
}

async function entriesOf(folder: string): Promise<Entry[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const others = found.filter((entry) => !entry.isDirectory());
  const paths = others.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Promise.all(
    paths.map(async (file) => {
      const { ino, size, mode, ctimeNs } = await lstat(file, { bigint: true });
      const path = relative(folder, file).split(sep).join('/');
      const trace = [path, ino, size, mode, ctimeNs].join(' ');
      return { path, trace, mode: Number(mode), isFile: (Number(mode) & FILE_KIND) === REGULAR };
    }),
  );
}

const FILE_KIND = 0o170000;
const REGULAR = 0o100000;
