import { lstat, mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BiotopeError } from '../../../model/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import { traceOfFolder } from '../../../platform/folder-entries.ts';
import { hashOfKept, keepPackage, noteHash } from './kept-package.ts';
import { type LockedProvider, readLockFile } from './lock-file.ts';
import { packageHash } from './package-hash.ts';

/**
 * Provider packages that were used here, unpacked, as a filesystem mirror of Terraform's
 * (HOST/NAMESPACE/TYPE/VERSION/PLATFORM), so that nothing has to be fetched again, not even to destroy
 * what was made with a provider that its registry has no more. States of a package:
 *
 *   absent -> kept (renamed into place, its hash beside it) -> verified (by each process, and again
 *   after it was touched) -> refused (it is not what was kept: somebody has to look)
 */
export interface ProviderCache {
  folder: string;
  /**
   * Looks for everything that a lock file names. Rejects with PROVIDER_DAMAGED where a package was
   * changed.
   */
  look(lockText: string | null): Promise<Looked>;
  /**
   * Puts packages that are here into a data folder, where `init` finds them installed. Only those whose
   * hash is locked: others it would write over.
   */
  install(dataFolder: string, here: readonly LockedProvider[]): Promise<void>;
  /** One line: which package it is, and where it would have to be. */
  describe(locked: LockedProvider): string;
  /** Keeps what `init` put into a data folder, as far as the lock file names it. */
  keep(dataFolder: string, lockText: string | null): Promise<void>;
}

export interface Looked {
  here: LockedProvider[];
  missing: LockedProvider[];
}

interface Dependencies {
  folder: string;
  clock: Clock;
  /** Of the Terraform that is used, such as `linux_amd64`; null: unknown, so nothing is here. */
  platform: string | null;
}

/** A lock file names one for each platform: a message does without most of them. */
const HASHES_SHOWN_MAX = 4;

/** Hashes that this process has seen to be right, by place. */
const verified = new Map<string, { trace: string; hash: string }>();

export function createProviderCache({ folder, clock, platform }: Dependencies): ProviderCache {
  const placeOf = ({ source, version }: LockedProvider, of = platform ?? '') =>
    join(folder, ...source.split('/'), version, of);

  async function isHere(locked: LockedProvider): Promise<boolean> {
    if (platform === null) return false;
    const place = placeOf(locked);
    const trace = await traceOfFolder(place).catch(() => undefined);
    if (trace === undefined) return false;
    const kept = await hashOfKept(place);
    if (kept !== undefined && !isNamed(locked, kept)) return false;
    const known = verified.get(place);
    if (known?.trace === trace && known.hash === kept) return true;
    const hash = await packageHash(place);
    if (kept === undefined) return hash !== undefined && acceptPlaced(place, locked, hash);
    if (hash !== kept) throw damaged(locked, { place, platform, kept, hash });
    verified.set(place, { trace, hash });
    return true;
  }

  /** Somebody put it there: good enough if it is what the lock file names. */
  async function acceptPlaced(
    place: string,
    { hashes }: LockedProvider,
    hash: string,
  ): Promise<boolean> {
    if (hashes.includes(hash)) noteHash(place, hash);
    return hashes.includes(hash);
  }

  async function keepOne(dataFolder: string, locked: LockedProvider): Promise<void> {
    const installed = installedPlace(dataFolder, locked);
    for (const name of await readdir(installed).catch(() => [])) {
      const place = placeOf(locked, name);
      if ((await hashOfKept(place)) !== undefined && (await exists(place))) continue;
      const isLink = (await lstat(join(installed, name))).isSymbolicLink();
      const from = await realpath(join(installed, name));
      const { hashes } = locked;
      const nowMs = clock.nowMs();
      await keepPackage({ folder, place, from, isOurs: !isLink, hashes, nowMs });
    }
  }

  return {
    folder,
    look: async (lockText) => {
      const looked: Looked = { here: [], missing: [] };
      for (const locked of readLockFile(lockText)) {
        (await isHere(locked)) ? looked.here.push(locked) : looked.missing.push(locked);
      }
      return looked;
    },
    install: async (dataFolder, here) => {
      for (const locked of here.filter(({ hashes }) => hashes.length > 0)) {
        const installed = installedPlace(dataFolder, locked);
        await mkdir(installed, { recursive: true, mode: 0o700 });
        await symlink(placeOf(locked), join(installed, platform ?? ''));
      }
    },
    describe: (locked) => {
      const hashes = locked.hashes.filter((hash) => hash.startsWith('h1:'));
      const known =
        hashes.length === 0 ? '' : `, ${hashes.slice(0, HASHES_SHOWN_MAX).join(' or ')}`;
      const what = `${locked.source} ${locked.version} for ${platform ?? 'this platform'}${known}`;
      return `${what}: would be in ${placeOf(locked)}`;
    },
    keep: async (dataFolder, lockText) => {
      for (const locked of readLockFile(lockText)) await keepOne(dataFolder, locked);
    },
  };
}

function installedPlace(dataFolder: string, { source, version }: LockedProvider): string {
  return join(dataFolder, 'providers', ...source.split('/'), version);
}

/** A lock file without hashes leaves it to whoever reads it first. */
function isNamed({ hashes }: LockedProvider, hash: string): boolean {
  return hashes.length === 0 || hashes.includes(hash);
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

interface Damage {
  place: string;
  platform: string;
  kept: string;
  hash: string | undefined;
}

function damaged({ source, version }: LockedProvider, { place, platform, kept, hash }: Damage) {
  return new BiotopeError('PROVIDER_DAMAGED', {
    message:
      `The package of provider ${source} ${version} for ${platform} was changed since it was kept: ` +
      `its hash was ${kept} and is ${hash ?? 'none'}. It was not run. Remove ${place}: it is fetched ` +
      'again when it is next needed. Where it cannot be fetched, put the original package there.',
    facts: { provider: source, version, platform, place, kept, found: hash ?? null },
  });
}
