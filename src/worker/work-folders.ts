import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Address } from '../model/address.ts';
import { BiotopeError } from '../model/errors.ts';
import { isRunning } from '../platform/is-running.ts';
import { isSegment, segmentFor } from '../platform/paths.ts';

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
  return join(dataFolder, 'work', step.runId, segmentFor(step.address));
}

export function makeWorkFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Removes it, and the run's folder if it was the last. */
export function removeWorkFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(dirname(folder));
  } catch {
    // Other steps of the run are at work in it.
  }
}

const KEEP_MS = 30 * 24 * 3_600_000;

/**
 * Removes the folders of steps that are over, of looks whose process has ended, and of all that nobody
 * has asked about for a month, and tidies those that stay. They may hold secrets.
 */
export async function sweepWorkFolders(
  dataFolder: string,
  { nowMs, mayGoOn, tidy }: SweepTerms,
): Promise<void> {
  const folder = join(dataFolder, 'work');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const facts = await stat(join(folder, name)).catch(() => undefined);
    if (facts === undefined) continue;
    const isOld = nowMs - facts.mtimeMs > KEEP_MS;
    const isLook = LOOK.test(name);
    const needed = isLook ? isRunning(Number(LOOK.exec(name)?.[1])) : await mayGoOn(name);
    if (isOld || needed === false) await rm(join(folder, name), { recursive: true, force: true });
    else if (!isLook) await sweepRun(join(folder, name), needed, tidy);
  }
}

interface SweepTerms {
  nowMs: number;
  mayGoOn(runId: string): Promise<boolean | readonly Address[]>;
  /** Takes out what an attempt left that was killed, so far as nobody needs it. */
  tidy(folder: string): Promise<void>;
}

async function sweepRun(
  folder: string,
  needed: true | readonly Address[],
  tidy: SweepTerms['tidy'],
): Promise<void> {
  const kept = needed === true ? undefined : new Set(needed.map(segmentFor));
  for (const name of await readdir(folder).catch(() => [])) {
    const step = join(folder, name);
    if (kept === undefined || kept.has(name)) await tidy(step);
    else await rm(step, { recursive: true, force: true });
  }
}

/** Of a process that looks without a claim: its number is in the name. */
const LOOK = /^\.look-(\d+)-/;

/** A folder for the files of one look; whoever makes it removes it. */
export async function makeLookFolder(dataFolder: string): Promise<string> {
  const folder = makeWorkFolder(join(dataFolder, 'work'));
  return mkdtemp(join(folder, `.look-${process.pid}-`));
}
