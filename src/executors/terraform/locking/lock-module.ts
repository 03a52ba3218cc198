import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ExecutorError } from '../../executor.ts';
import { failureOf } from '../failures.ts';
import { foldersOfModule, type ModuleFiles } from '../modules/module-files.ts';
import { runInit } from '../run-init.ts';
import { runTerraform } from '../run-terraform.ts';
import type { Workplace } from '../session.ts';
import { placeOf, writePrivate } from '../work-folder.ts';

export interface ModuleToLock {
  files: ModuleFiles;
  /** The module's folder in the bundle. */
  module: string;
  /** What the author locked; holds, and is completed. */
  authorsText: string | null;
  /** Versions to stay at as long as the module allows them. */
  seedText: string | null;
}

/**
 * The lock file for a module: every provider that it needs, with hashes for this platform and those
 * that the settings name. Packages that were fetched for it are kept. Rejects with an ExecutorError.
 */
export async function lockModule(place: Workplace, request: ModuleToLock): Promise<string> {
  const { files, module, authorsText, seedText } = request;
  const folders = foldersOfModule(files, module);
  layOutConfiguration(place, { ...request, folders });
  const init = async (name: string, lockText: string | null) => {
    const dataFolder = join(place.folder.path, name);
    await runInit(place, { folders, dataFolder, lockText, seedLockText: null });
    return dataFolder;
  };
  const dataFolder = await init('data', authorsText ?? seedText).catch((error: unknown) => {
    const mayHelp = error instanceof ExecutorError && error.kind === 'failed';
    if (authorsText !== null || seedText === null || !mayHelp) throw error;
    // The module may ask for newer ones than those.
    rmSync(place.folder.lockFile, { force: true });
    return init('data-anew', null);
  });
  await lockPlatforms(place, folders, dataFolder);
  return readFileSync(place.folder.lockFile, 'utf8');
}

/** Enough for `init`: configuration files alone, called as a run calls them. */
function layOutConfiguration(
  { folder }: Workplace,
  { files, module, folders }: ModuleToLock & { folders: readonly string[] },
): void {
  for (const source of folders) {
    for (const name of files.list(source)) {
      const target = join(folder.path, placeOf(folders, source), name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, files.read(posix.join(source, name)));
    }
  }
  const call = { module: { main: { source: `./${placeOf(folders, module)}` } } };
  writePrivate(join(folder.path, 'main.tf.json'), JSON.stringify(call));
}

/** Only the registry itself knows the packages of other platforms: mirrors are not asked. */
async function lockPlatforms(
  place: Workplace,
  folders: readonly string[],
  dataFolder: string,
): Promise<void> {
  const { lockPlatforms: platforms, initTimeoutMs: timeoutMs } = place.settings;
  if (platforms.length === 0) return;
  const args = ['providers', 'lock', ...platforms.map((platform) => `-platform=${platform}`)];
  const finished = await runTerraform(place, { args, dataFolder, timeoutMs });
  if (finished.process.exitCode === 0) return;
  throw failureOf(place, finished, { what: 'init', folders, left: null });
}
