import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BiotopeError } from '../model/errors.ts';
import type { Limits } from '../model/limits.ts';
import type { BundleFile, BundleRecord } from '../model/template.ts';
import { traceOfFolder } from '../platform/folder-entries.ts';
import type { Ids } from '../platform/ids.ts';
import { replaceFolder } from '../platform/replace.ts';
import { digestOfFolder } from './bundle-seal.ts';

/**
 * Bundles as folders, each unpacked once and shared by every step that needs it. Modes keep an
 * application from changing one by mistake; against purpose, and for root, its digest is looked at
 * before a process uses it for the first time and whenever it was touched since. States:
 *
 *   absent -> unpacked (renamed into place) -> verified -> touched -> verified | discarded, unpacked anew
 */
export interface BundleShelf {
  /**
   * The folder with the bundle's files, complete and as they were published. `fetch` is asked where it
   * is not there yet, or was changed.
   */
  folderOf(digest: string, fetch: FetchBundle): Promise<string>;
}

export type FetchBundle = (digest: string) => Promise<BundleRecord>;

export interface ShelfDependencies {
  folder: string;
  limits: Limits;
  ids: Ids;
}

export function createBundleShelf(dependencies: ShelfDependencies): BundleShelf {
  const verified = new Map<string, string>();
  const underWay = new Map<string, Promise<string>>();

  async function verify(digest: string, fetch: FetchBundle): Promise<string> {
    const folder = placeOf(dependencies, digest);
    for (let isNew = false; ; isNew = true) {
      // Taken first: what is changed while we read has another one afterwards.
      const trace = await traceOfFolder(folder).catch(() => undefined);
      if (trace !== undefined && trace === verified.get(digest)) return folder;
      if (trace !== undefined && (await isWhole(folder, digest))) {
        verified.set(digest, trace);
        return folder;
      }
      if (isNew) throw invalid('somebody changes it as soon as it is unpacked');
      await place(dependencies, folder, { ...(await fetch(digest)), digest });
    }
  }

  function folderOf(digest: string, fetch: FetchBundle): Promise<string> {
    const found = underWay.get(digest);
    // Why another step could not fetch it is its own affair: it may have lost its claim.
    if (found !== undefined) return found.catch(() => folderOf(digest, fetch));
    const looking = verify(digest, fetch).finally(() => underWay.delete(digest));
    underWay.set(digest, looking);
    return looking;
  }

  return { folderOf };
}

const DIGEST = /^sha256:([0-9a-f]{64})$/;

function placeOf({ folder }: ShelfDependencies, digest: string): string {
  const hex = DIGEST.exec(digest)?.[1];
  if (hex === undefined) throw invalid(`${JSON.stringify(digest)} is no digest of a bundle`);
  return join(folder, hex);
}

async function place(
  dependencies: ShelfDependencies,
  folder: string,
  { digest, files }: BundleRecord,
): Promise<void> {
  const contents = check(files, dependencies.limits);
  const growing = join(dependencies.folder, `.${digest.slice(7, 19)}-${dependencies.ids()}`);
  try {
    await unpack(growing, contents);
    if (!(await isWhole(growing, digest))) throw invalid(`it is not what ${digest} names`);
    await replaceFolder(growing, folder, () => isWhole(folder, digest));
  } finally {
    await rm(growing, { recursive: true, force: true });
  }
}

async function isWhole(folder: string, digest: string): Promise<boolean> {
  return (await digestOfFolder(folder).catch(() => undefined)) === digest;
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

const FILES_AT_ONCE = 16;

/** Not flushed: what a power cut leaves of it is not what its digest names, and is unpacked anew. */
async function unpack(folder: string, contents: readonly Content[]): Promise<void> {
  const folders = new Set(contents.map(({ path }) => dirname(join(folder, path))));
  for (const place of [folder, ...folders]) {
    await mkdir(place, { recursive: true, mode: 0o700 });
  }
  for (let at = 0; at < contents.length; at += FILES_AT_ONCE) {
    const some = contents.slice(at, at + FILES_AT_ONCE);
    // All end before one's failure is told: the folder is removed then.
    const ends = await Promise.allSettled(some.map((content) => write(folder, content)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

async function write(folder: string, { path, mode, bytes }: Content): Promise<void> {
  const file = join(folder, path);
  // Never over another file.
  await writeFile(file, bytes, { flag: 'wx' });
  await chmod(file, mode);
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
