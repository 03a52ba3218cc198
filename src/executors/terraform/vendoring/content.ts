import { posix } from 'node:path';
import { BiotopeError } from '../../../model/errors.ts';
import type { Limits } from '../../../model/limits.ts';
import type { BundleReader } from '../../executor.ts';
import { isConfiguration, LOCK_FILE, outermost, parentOf } from '../modules/module-files.ts';
import type { PackageEntry } from './package.ts';
import type { PackageSpace, Space } from './spaces.ts';

/** A file as it is to be in the bundle. */
export interface VendoredFile {
  path: string;
  executable: boolean;
  content: Uint8Array;
}

export interface Content {
  files: VendoredFile[];
  leftOut: string[];
  problems: string[];
}

/**
 * The folders that modules were found in, with all that lies in them, and the files of the template that
 * lead there. Rejects with LIMIT_EXCEEDED before anything is read that would be too much.
 */
export async function contentOf(
  template: Space,
  packages: readonly PackageSpace[],
  { bundle, limits }: { bundle: BundleReader; limits: Limits },
): Promise<Content> {
  const parts = packages.map((space) => ({ space, ...chosenOf(space) }));
  const sizes = parts.flatMap(({ files }) => files.map(({ sizeBytes }) => sizeBytes));
  demandWithin(limits, bundle, sizes);
  const encoder = new TextEncoder();
  const files: VendoredFile[] = [...template.rewritten].map(([path, text]) => ({
    path,
    executable: bundle.isExecutable?.(path) ?? false,
    content: encoder.encode(text),
  }));
  for (const part of parts) {
    const { root, rewritten, package: fetched } = part.space;
    const contents = await fetched.read(part.files.map(({ path }) => path));
    for (const { path, executable } of part.files) {
      const text = rewritten.get(path);
      const content = text === undefined ? contents.get(path) : encoder.encode(text);
      if (content === undefined) throw new Error(`${path} of ${fetched.url} was not read`);
      files.push({ path: posix.join(root, path), executable, content });
    }
  }
  return {
    files,
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

interface Chosen {
  files: PackageEntry[];
  leftOut: string[];
  problems: string[];
}

function chosenOf({ label, folders, package: { entries } }: PackageSpace): Chosen {
  const roots = outermost([...folders]);
  const inside = entries.filter(
    ({ path }) =>
      // Versions of providers are chosen for the whole, never by a part of it.
      posix.basename(path) !== LOCK_FILE &&
      roots.some((root) => root === '' || path.startsWith(`${root}/`)),
  );
  const others = inside.filter(({ oddity }) => oddity !== null);
  const isNeeded = ({ path }: PackageEntry) =>
    folders.has(parentOf(path)) && isConfiguration(posix.basename(path));
  return {
    files: inside.filter(({ oddity }) => oddity === null),
    leftOut: others.map(({ path, oddity }) => `${path} of ${label}: ${oddity}`),
    problems: others
      .filter(isNeeded)
      .map(({ path, oddity }) => `${label}: ${path}: ${oddity}, and the module would lack it`),
  };
}

function demandWithin(
  { bundleBytesMax, bundleFilesMax }: Limits,
  bundle: BundleReader,
  sizes: readonly number[],
): void {
  const own = bundle.paths.map((path) => bundle.read(path)?.byteLength ?? 0);
  const bytes = [...own, ...sizes].reduce((sum, size) => sum + size, 0);
  const files = own.length + sizes.length;
  if (bytes <= bundleBytesMax && files <= bundleFilesMax) return;
  const [what, limit] =
    bytes > bundleBytesMax
      ? [`${bytes} bytes, more than ${bundleBytesMax}`, 'bundleBytesMax']
      : [`${files} files, more than ${bundleFilesMax}`, 'bundleFilesMax'];
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `With the modules that it takes from elsewhere the template has ${what} (limits.${limit}). ` +
      'Name the folder of the module that is needed (…//folder), or raise the limit.',
    facts: { limit },
  });
}
