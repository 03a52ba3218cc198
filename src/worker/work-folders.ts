import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Address } from '../model/address.ts';
import { BiotopeError } from '../model/errors.ts';
import { digest } from '../platform/digest.ts';
import { isSegment } from '../platform/paths.ts';

const NAME_CHARACTERS_MAX = 100;

/** One folder name for one address: `data/db[0]` becomes `data_db.0`. `_` and `.` are in no id. */
export function safeName(address: Address): string {
  const name = address.replaceAll('/', '_').replace(/\[(\d+)\]$/, '.$1');
  if (isSegment(name) && name.length <= NAME_CHARACTERS_MAX) return name;
  const short = name.replaceAll(/[^A-Za-z0-9_.-]/g, '').slice(0, 60);
  return `x${short}-${digest(address).slice(-32)}`.replaceAll('..', '.');
}

/** The folder of one step; the same for every attempt on this machine. Rejects with PATH_INVALID. */
export function workFolderOf(
  dataFolder: string,
  step: { runId: string; address: Address },
): string {
  if (!isSegment(step.runId)) {
    throw new BiotopeError('PATH_INVALID', {
      message: `The run ${JSON.stringify(step.runId)} has an id that cannot be part of a path.`,
    });
  }
  return join(dataFolder, 'work', step.runId, safeName(step.address));
}

export async function makeWorkFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Removes it, and the run's folder if it was the last. */
export async function removeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rmdir(dirname(folder)).catch(() => {});
}

const KEEP_MS = 30 * 24 * 3_600_000;

/** Removes the folders of runs whose outcome nobody has asked about for a month. */
export async function sweepWorkFolders(dataFolder: string, nowMs: number): Promise<void> {
  const folder = join(dataFolder, 'work');
  const runs = await readdir(folder).catch(() => []);
  for (const run of runs) {
    const facts = await stat(join(folder, run)).catch(() => undefined);
    if (facts !== undefined && nowMs - facts.mtimeMs > KEEP_MS) {
      await rm(join(folder, run), { recursive: true, force: true });
    }
  }
}
