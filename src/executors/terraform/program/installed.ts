import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { compareVersions, isVersion } from '../../../model/version.ts';

/**
 * What `biotope doctor --install` fetched: `<tools>/terraform/<version>/terraform`, and beside it the
 * checksum that the program had then. A folder is there whole or not at all.
 */
export interface InstalledPlace {
  folder: string;
  binary: string;
  checksumFile: string;
}

export function installedPlace(toolsFolder: string, version: string): InstalledPlace {
  const folder = join(toolsFolder, 'terraform', version);
  const binary = join(folder, 'terraform');
  return { folder, binary, checksumFile: `${binary}.sha256` };
}

/** The newest one; undefined where there is none. */
export function findInstalled(toolsFolder: string): InstalledPlace | undefined {
  const newest = namesIn(join(toolsFolder, 'terraform'))
    .filter(isVersion)
    .sort(compareVersions)
    .at(-1);
  return newest === undefined ? undefined : installedPlace(toolsFolder, newest);
}

/** Programs that were looked at by this process and have not changed since. */
const known = new Map<string, Promise<boolean>>();

/** Whether the program is, byte for byte, unchanged since it was fetched and its signature was checked. */
export async function isIntact({ binary, checksumFile }: InstalledPlace): Promise<boolean> {
  const facts = statSync(binary, { throwIfNoEntry: false });
  if (facts === undefined) return false;
  const key = JSON.stringify([binary, facts.ino, facts.size, facts.mtimeMs]);
  const answer = known.get(key) ?? hasChecksum(binary, checksumFile);
  known.set(key, answer);
  return answer;
}

async function hasChecksum(binary: string, checksumFile: string): Promise<boolean> {
  try {
    const expected = readFileSync(checksumFile, 'utf8').trim();
    const hash = createHash('sha256');
    await pipeline(createReadStream(binary), hash);
    return hash.digest('hex') === expected;
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
