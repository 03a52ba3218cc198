import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BiotopeError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import type { BundleFile, BundleRecord } from '../model/template.ts';
import type { Ids } from '../platform/ids.ts';

/** Bundles as folders, each unpacked once and shared by every step that needs it. */
export interface BundleShelf {
  /** The folder with all of the bundle's files, each without the permission to write it. */
  folderOf(digest: string): Promise<string>;
}

export interface ShelfDependencies {
  folder: string;
  fetch(digest: string): Promise<BundleRecord>;
  limits: Limits;
  ids: Ids;
}

export function createBundleShelf(dependencies: ShelfDependencies): BundleShelf {
  const known = new Map<string, Promise<string>>();
  return {
    folderOf: (digest) => {
      const found = known.get(digest);
      if (found !== undefined) return found;
      const unpacking = place(dependencies, digest);
      known.set(digest, unpacking);
      // What failed once is tried anew by the next step.
      unpacking.catch(() => known.delete(digest));
      return unpacking;
    },
  };
}

const DIGEST = /^sha256:([0-9a-f]{64})$/;

async function place(dependencies: ShelfDependencies, digest: string): Promise<string> {
  const hex = DIGEST.exec(digest)?.[1];
  if (hex === undefined) throw invalid(`${JSON.stringify(digest)} is no digest of a bundle`);
  const folder = join(dependencies.folder, hex);
  if (await exists(folder)) return folder;
  const { files } = await dependencies.fetch(digest);
  const contents = check(files, dependencies.limits);
  const growing = join(dependencies.folder, `.${hex.slice(0, 12)}-${dependencies.ids()}`);
  try {
    await unpack(growing, contents);
    await rename(growing, folder);
  } catch (error) {
    await rm(growing, { recursive: true, force: true });
    // Another process of this machine may have been quicker.
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

interface Content {
  path: string;
  mode: number;
  bytes: Buffer;
}

/** Whoever stored the bundle has checked it; a folder on this machine deserves a second look. */
function check(files: readonly BundleFile[], limits: Limits): Content[] {
  if (files.length > limits.bundleFilesMax) {
    throw tooLarge(`${files.length} files, at most ${limits.bundleFilesMax} are allowed`);
  }
  const contents = files.map(({ path, executable, contentBase64 }) => {
    if (!isInside(path))
      throw invalid(`the path ${JSON.stringify(path.slice(0, 200))} is not allowed`);
    return { path, mode: executable ? 0o555 : 0o444, bytes: Buffer.from(contentBase64, 'base64') };
  });
  const bytes = contents.reduce((sum, content) => sum + content.bytes.length, 0);
  if (bytes > limits.bundleBytesMax) {
    throw tooLarge(`${bytes} bytes, at most ${limits.bundleBytesMax} are allowed`);
  }
  return contents;
}

function isInside(path: string): boolean {
  const segments = path.split('/');
  const odd = (segment: string) => segment === '' || segment === '.' || segment === '..';
  return path.length <= 1_024 && !/[\\\0]/.test(path) && !segments.some(odd);
}

async function unpack(folder: string, contents: readonly Content[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, mode, bytes } of contents) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Flushed, because after a power cut the folder is taken for complete. Never over another file.
    await writeFile(file, bytes, { flag: 'wx', flush: true });
    await chmod(file, mode);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function invalid(what: string): BiotopeError {
  return new BiotopeError('PATH_INVALID', {
    message: `The bundle of a template cannot be unpacked: ${what}. Publish the template again.`,
  });
}

function tooLarge(what: string): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message: `The bundle of a template is too large: ${what}. Make it smaller or raise the limit.`,
  });
}
