import { lstatSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { digest } from './digest.ts';

/** Whatever lies below a folder and is none itself. */
export interface FolderEntry {
  /** Relative, `/`-separated. */
  path: string;
  isFile: boolean;
  mode: number;
  sizeBytes: number;
  /** Another one after every change. */
  trace: string;
}

/**
 * Sorted by path. Rejects where the folder cannot be read. Synchronous inside: each step looks at its
 * bundle, and a look at a file takes a tenth of what handing it to another thread does.
 */
export async function entriesOfFolder(folder: string): Promise<FolderEntry[]> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const others = found.filter((entry) => !entry.isDirectory());
  const paths = others.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.map((file) => {
    const { ino, size, mode, ctimeNs } = lstatSync(file, { bigint: true });
    const path = relative(folder, file).split(sep).join('/');
    const trace = [path, ino, size, mode, ctimeNs].join(' ');
    const isFile = (Number(mode) & FILE_KIND) === REGULAR;
    return { path, trace, mode: Number(mode), sizeBytes: Number(size), isFile };
  });
}

/**
 * Changes whenever anything in the folder was written, renamed or replaced since: times of change are
 * the kernel's, no program can set them. Costs a look at each file, and reads none.
 */
export async function traceOfFolder(folder: string): Promise<string> {
  const entries = await entriesOfFolder(folder);
  return digest(entries.map(({ trace }) => trace).join('\n'));
}

/** Of all that lies below it. */
export async function bytesOfFolder(folder: string): Promise<number> {
  const entries = await entriesOfFolder(folder);
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

const FILE_KIND = 0o170000;
const REGULAR = 0o100000;
