import { posix } from 'node:path';
import { digest } from '../../../platform/digest.ts';
import type { BundleReader } from '../../executor.ts';
import { VENDORED_FOLDER } from '../modules/manifest.ts';
import { filesOfBundle, isConfiguration, parentOf } from '../modules/module-files.ts';
import { packageKey, type RemoteSource } from '../modules/module-source.ts';
import type { Package } from './package.ts';

/** A tree of folders in which modules refer to each other by path: the template, or a package. */
export interface Space {
  /** Where it is in the bundle; empty for the template itself. */
  root: string;
  /** For people. */
  label: string;
  /** Configuration files right in a folder, by their path in the space. */
  configuration(folder: string): Promise<ReadonlyMap<string, string>>;
  /** Folders that modules were found in. */
  folders: Set<string>;
  /** Files that lead elsewhere now, by their path in the space. */
  rewritten: Map<string, string>;
}

export interface PackageSpace extends Space {
  package: Package;
}

export function templateSpace(bundle: BundleReader): Space {
  const files = filesOfBundle(bundle);
  return {
    root: '',
    label: 'the template',
    configuration: async (folder) => {
      const paths = files.list(folder).map((name) => posix.join(folder, name));
      return new Map(paths.map((path) => [path, files.read(path)]));
    },
    folders: new Set(),
    rewritten: new Map(),
  };
}

export function packageSpace(
  source: RemoteSource,
  version: string | null,
  fetched: Package,
): PackageSpace {
  const decoder = new TextDecoder();
  return {
    root: `${VENDORED_FOLDER}/${nameOf(source, version)}`,
    label: labelOf(source, version),
    package: fetched,
    configuration: async (folder) => {
      const paths = fetched.entries
        .filter(({ oddity, path }) => oddity === null && parentOf(path) === folder)
        .map(({ path }) => path)
        .filter((path) => isConfiguration(posix.basename(path)));
      const contents = await fetched.read(paths);
      return new Map(paths.map((path) => [path, decoder.decode(contents.get(path))]));
    },
    folders: new Set(),
    rewritten: new Map(),
  };
}

export function labelOf(source: RemoteSource, version: string | null): string {
  if (source.kind === 'git')
    return `${source.url}${source.ref === null ? '' : `?ref=${source.ref}`}`;
  const host = source.host === null ? '' : `${source.host}/`;
  return `${host}${source.address}${version === null ? '' : ` ${version}`}`;
}

const NAME_CHARACTERS_MAX = 60;

/**
 * Does not change from one version of a template to the next, as long as it names the same package: so
 * what is built from it changes only where its content does.
 */
function nameOf(source: RemoteSource, version: string | null): string {
  const text = source.kind === 'git' ? posix.basename(source.url, '.git') : source.address;
  const plain = text.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, NAME_CHARACTERS_MAX);
  return `${plain}-${digest(packageKey(source, version)).slice(-8)}`;
}
