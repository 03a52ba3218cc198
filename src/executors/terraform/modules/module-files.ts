import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { BiotopeError } from '../../../model/errors.ts';
import { digest } from '../../../platform/digest.ts';
import type { BundleReader } from '../../executor.ts';

/** Configuration files of a bundle, wherever the bundle is. */
export interface ModuleFiles {
  /** Names of the configuration files right in this folder, sorted; empty: no module is there. */
  list(folder: string): string[];
  read(path: string): string;
  /** The text of any file; null where there is none. */
  find(path: string): string | null;
}

export function filesOfBundle(bundle: BundleReader): ModuleFiles {
  const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
  return {
    list: (folder) =>
      bundle.paths
        .filter((path) => parentOf(path) === folder)
        .map((path) => posix.basename(path))
        .filter(isConfiguration)
        .sort(),
    read: (path) => decode(bundle.read(path)),
    find: (path) => (bundle.paths.includes(path) ? decode(bundle.read(path)) : null),
  };
}

export function filesOfFolder(bundleFolder: string): ModuleFiles {
  return {
    list: (folder) => namesIn(join(bundleFolder, folder)).filter(isConfiguration).sort(),
    read: (path) => readFileSync(join(bundleFolder, path), 'utf8'),
    find: (path) => {
      try {
        return readFileSync(join(bundleFolder, path), 'utf8');
      } catch {
        return null;
      }
    },
  };
}

/** A folder of the bundle as its files' paths begin; undefined where it leaves the bundle. */
export function moduleFolder(path: string): string | undefined {
  if (path.startsWith('/') || path.includes('\\') || path.includes('\0')) return undefined;
  const plain = posix.normalize(path).replace(/\/$/, '');
  if (plain === '..' || plain.startsWith('../')) return undefined;
  return plain === '.' ? '' : plain;
}

export const LOCK_FILE = '.terraform.lock.hcl';

/** Where the lock file of a module is. */
export function lockFileOf(module: string): string {
  return posix.join(module, LOCK_FILE);
}

const FOLDERS_MAX = 200;

/**
 * The module's folder and those of every local module it may refer to. Found by sight, without a
 * parser: rather a folder too many than one too few, since content digests cover exactly these.
 * Throws TEMPLATE_INVALID where they are too many.
 */
export function foldersOfModule(files: ModuleFiles, module: string): string[] {
  const found = [module];
  for (const folder of found) {
    for (const source of localSources(files, folder)) {
      const target = moduleFolder(posix.join(folder, source));
      if (target === undefined || found.includes(target)) continue;
      if (files.list(target).length === 0) continue;
      if (found.length === FOLDERS_MAX) throw tooManyFolders(module);
      found.push(target);
    }
  }
  return found;
}

function tooManyFolders(module: string): BiotopeError {
  return new BiotopeError('TEMPLATE_INVALID', {
    message:
      `The module ./${module} refers to more than ${FOLDERS_MAX} folders with modules. Split it into ` +
      'several resources.',
    facts: { module, foldersMax: FOLDERS_MAX },
  });
}

const SOURCE = /\bsource"?\s*[=:]\s*"(\.\.?\/[^"$]*|\.\.?)"/g;

function localSources(files: ModuleFiles, folder: string): string[] {
  return files
    .list(folder)
    .flatMap((name) => [...files.read(posix.join(folder, name)).matchAll(SOURCE)])
    .map((match) => match[1] ?? '.');
}

/** The folders without those that lie inside another one of them. */
export function outermost(folders: readonly string[]): string[] {
  return folders.filter((folder) => !folders.some((other) => isInside(folder, other))).sort();
}

/** The deepest folder that holds them all. */
export function commonFolder(folders: readonly string[]): string {
  const [first = '', ...rest] = folders;
  let common = first;
  while (!rest.every((folder) => folder === common || isInside(folder, common))) {
    common = parentOf(common);
  }
  return common;
}

/** One digest over all configuration of these folders, relative to the folder that holds them. */
export function digestOfFolders(files: ModuleFiles, folders: readonly string[]): string {
  const base = commonFolder(folders);
  const texts = [...folders].sort().flatMap((folder) =>
    files.list(folder).map((name) => {
      const path = posix.join(folder, name);
      return [posix.relative(base, path), digest(files.read(path))];
    }),
  );
  return digest(JSON.stringify(texts));
}

export function isConfiguration(name: string): boolean {
  return (name.endsWith('.tf') || name.endsWith('.tf.json')) && !name.startsWith('.');
}

export function parentOf(path: string): string {
  const parent = posix.dirname(path);
  return parent === '.' ? '' : parent;
}

function isInside(folder: string, other: string): boolean {
  return folder !== other && (other === '' || folder.startsWith(`${other}/`));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
