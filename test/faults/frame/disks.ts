import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own, in memory, that can be full and have room again. Needs root. */
export interface Disk {
  /** Not a byte more fits. */
  fill(): void;
  makeRoom(): void;
  /** What lies on it is put where the disk was. */
  remove(): void;
}

const ROOMY = '64m';
const MOUNT_WITHIN_MS = 10_000;

/** Puts a disk in the place of a folder, with all that is in it. `size`: as for tmpfs. */
export function putDisk(folder: string, size = ROOMY): Disk {
  const aside = `${folder}-aside`;
  mkdirSync(folder, { recursive: true });
  renameSync(folder, aside);
  mkdirSync(folder);
  run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'none', folder]);
  cpSync(aside, folder, { recursive: true, preserveTimestamps: true });
  rmSync(aside, { recursive: true });
  return {
    fill: () => {
      // Others may be writing at this very moment: it cannot become smaller than what it holds.
      for (;;) {
        const { blocks, bfree, bsize } = statfsSync(folder);
        if (tryRun('mount', ['-o', `remount,size=${(blocks - bfree) * bsize}`, folder])) return;
      }
    },
    makeRoom: () => run('mount', ['-o', `remount,size=${ROOMY}`, folder]),
    remove: () => {
      run('mount', ['-o', `remount,size=${ROOMY}`, folder]);
      cpSync(folder, aside, { recursive: true, preserveTimestamps: true });
      // Lazily: what ends right now may still have a file open.
      run('umount', ['-l', folder]);
      for (const name of readdirSync(aside)) renameSync(join(aside, name), join(folder, name));
      rmSync(aside, { recursive: true });
    },
  };
}

/** Why no disk can be put here; undefined: one can. */
export function diskHindrance(): string | undefined {
  if (process.platform !== 'linux') return 'it needs tmpfs, which is of Linux';
  if (process.getuid?.() !== 0) return 'it needs root, who may mount a tmpfs';
  const folder = join(tmpdir(), `biotope-disk-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    if (!tryRun('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder])) {
      return 'this machine lets nobody mount a tmpfs';
    }
    run('umount', [folder]);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(program: string, args: readonly string[]): void {
  assert.ok(tryRun(program, args), `${program} ${args.join(' ')} failed`);
}

function tryRun(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: MOUNT_WITHIN_MS });
    return true;
  } catch {
    return false;
  }
}
