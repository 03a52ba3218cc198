import { moduleKey, readManifest } from './manifest.ts';
import type { ModuleFiles } from './module-files.ts';
import { readModuleSource } from './module-source.ts';

/** Where the module of a resource is. */
export type FoundModule =
  | { kind: 'here'; folder: string }
  /** Publishing brings it into the bundle. */
  | { kind: 'elsewhere' }
  | { kind: 'refused'; reason: string }
  | { kind: 'missing' };

/** How a resource names its module. */
interface Named {
  module: string;
  version: string | null;
  /** The folder of the bundle that this would be; null: none. */
  folder: string | null;
}

/** A folder of the bundle goes before a registry's module that is called the same. */
export function findModule(files: ModuleFiles, { module, version, folder }: Named): FoundModule {
  if (version === null && folder !== null && files.list(folder).length > 0) {
    return { kind: 'here', folder };
  }
  const { kind } = readModuleSource(module);
  if (kind === 'local' || kind === 'refused') return { kind: 'missing' };
  const manifest = readManifest(files);
  const key = moduleKey({ source: module, version });
  const vendored = manifest?.folders[key];
  if (vendored !== undefined) return { kind: 'here', folder: vendored };
  const reason = manifest?.refused[key];
  return reason === undefined ? { kind: 'elsewhere' } : { kind: 'refused', reason };
}
