import type { JsonObject } from '../../../model/json.ts';
import type { BundleReader } from '../../executor.ts';
import { findModule } from '../modules/find-module.ts';
import type { NamedModule } from '../modules/manifest.ts';
import { filesOfBundle } from '../modules/module-files.ts';
import { readSpec } from '../spec.ts';

/** Where the modules of resources are, in the order of the resources. */
export interface WantedModules {
  /** Folders of the bundle. */
  folders: string[];
  /** Not in the bundle yet. */
  elsewhere: NamedModule[];
}

export function wantedModules(bundle: BundleReader, specs: readonly JsonObject[]): WantedModules {
  const files = filesOfBundle(bundle);
  const wanted: WantedModules = { folders: [], elsewhere: [] };
  for (const given of specs) {
    const { spec } = readSpec(given);
    const found = spec === null ? undefined : findModule(files, spec);
    if (spec === null || found === undefined) continue;
    if (found.kind === 'here') wanted.folders.push(found.folder);
    if (found.kind === 'elsewhere') {
      wanted.elsewhere.push({ source: spec.module, version: spec.version });
    }
  }
  return wanted;
}
