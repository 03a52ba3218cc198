import { mkdtempSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from './clock.ts';
import { isRunning } from './is-running.ts';

/** The number of the process that made it is in the name. */
const NAME = /^biotope-tmp-(\d+)-/;

/** A process may be in a world of its own, where its number means nothing here. */
const KEPT_MS = 24 * 3_600_000;

let isSwept = false;

/**
 * A new folder for temporary files that only its owner sees (0700). Whoever makes it removes it. With
 * the first one it begins to remove those that processes left which were killed.
 */
export function makeTemporaryFolder(): string {
  if (!isSwept) void sweepTemporaryFolders(tmpdir(), systemClock.nowMs());
  isSwept = true;
  return mkdtempSync(join(tmpdir(), `biotope-tmp-${process.pid}-`));
}

/**
 * Removes those that are a day old and whose process is gone. What cannot be removed, stays.
 *
 * @internal Exported for its tests.
 */
export async function sweepTemporaryFolders(parent: string, nowMs: number): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const folder = join(parent, name);
    const facts = await lstat(folder).catch(() => undefined);
    if (facts === undefined || !facts.isDirectory() || nowMs - facts.mtimeMs < KEPT_MS) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}
