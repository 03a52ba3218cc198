import { rm } from 'node:fs/promises';
import { createBundle, filesOfRecord } from '../../catalog/folder/bundle.ts';
import { type Completed, type GoodCheck, isGood } from '../../catalog/publish.ts';
import { type Locked, lockProviders } from '../../executors/terraform/locking/lock-providers.ts';
import { wantedModules } from '../../executors/terraform/vendoring/wanted.ts';
import { compareVersions } from '../../model/version.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { makeLookFolder } from '../../worker/work-folders.ts';
import type { Biotope } from '../seat/contract.ts';
import { terraformSettings } from '../terraform-settings.ts';
import type { PublishOptions } from './publish-options.ts';
import {
  demandAvailable,
  overlay,
  specsOf,
  type VendoringTerms,
  withModules,
} from './vendoring.ts';

/**
 * What publishing adds to a template: the modules that it takes from elsewhere, and lock files for the
 * providers of its modules. Needs the seat: provider packages are kept in the data folder.
 */
export async function finishTemplate(
  written: GoodCheck,
  publishing: Pick<Biotope, 'config' | 'paths' | 'store' | 'notify'>,
  { upgrade, skipLock, ...terms }: VendoringTerms & PublishOptions,
): Promise<Completed> {
  const { check, modules, unavailable } = await withModules(written, publishing, terms);
  if (!isGood(check)) return { check, vendored: null };
  demandAvailable(unavailable);
  const locked = skipLock ? [] : await locksFor(check, publishing, { ...terms, upgrade });
  const added = locked
    .filter(({ isAuthors }) => !isAuthors)
    .map(({ path, text }) => ({ path, executable: false, content: Buffer.from(text) }));
  const files = overlay(filesOfRecord(check.bundle), added);
  const isComplete = modules.length === 0 && locked.length === 0;
  return {
    check: added.length === 0 ? check : await terms.recheck(files),
    vendored: isComplete
      ? null
      : {
          authorsDigest: written.bundle.digest,
          modules,
          locks: locked.map(({ module, providers }) => ({ module, providers })),
        },
  };
}

async function locksFor(
  { template, bundle }: GoodCheck,
  { config, paths, store, notify }: Pick<Biotope, 'config' | 'paths' | 'store' | 'notify'>,
  { signal, upgrade }: { signal: AbortSignal; upgrade: boolean },
): Promise<Locked[]> {
  const specs = specsOf(template);
  if (specs.length === 0) return [];
  const { reader } = createBundle(filesOfRecord(bundle));
  const { folders } = wantedModules(reader, specs);
  const earlier = upgrade ? async () => null : earlierFiles(store, template.name);
  const folder = await makeLookFolder(paths.folder);
  try {
    return await lockProviders({
      bundle: reader,
      modules: folders,
      earlier,
      folder,
      signal,
      clock: systemClock,
      settings: terraformSettings(config, paths),
      providersFolder: paths.providers,
      onLock: (module) => notify({ kind: 'locking', module }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Texts of the newest version that is published. It is looked for when it is first needed. */
function earlierFiles(store: Store, name: string): (path: string) => Promise<string | null> {
  let newest: Promise<Map<string, string>> | undefined;
  const load = async () => {
    const found = await store.find('templates', { where: { name } });
    const references = found.map(({ value }) => value.reference);
    const reference = references
      .toSorted((left, right) => compareVersions(left.version, right.version))
      .at(-1);
    const bundle =
      reference === undefined ? undefined : await store.get('bundles', reference.digest);
    const files = bundle?.value.files ?? [];
    return new Map(files.map(({ path, contentBase64 }) => [path, contentBase64]));
  };
  return async (path) => {
    newest ??= load();
    const content = (await newest).get(path);
    return content === undefined ? null : Buffer.from(content, 'base64').toString('utf8');
  };
}
