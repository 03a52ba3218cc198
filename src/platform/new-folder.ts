import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemIds } from './ids.ts';

export interface NewFile {
  /** Relative, `/`-separated. */
  path: string;
  text: string;
  isExecutable?: boolean;
}

/**
 * Makes a folder with these files, whole or not at all: it is written beside its place and put there
 * in one step. False where something is there already, which is not touched. Throws what the system
 * says where it cannot be written.
 *
 * Synchronous: no signal that is listened for comes in between.
 */
export function writeNewFolder(folder: string, files: readonly NewFile[]): boolean {
  if (isThere(folder)) return false;
  const beside = join(dirname(folder), `.${basename(folder)}.${systemIds()}`);
  try {
    mkdirSync(beside);
    for (const { path, text, isExecutable = false } of files) {
      const file = join(beside, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: 'wx', mode: isExecutable ? 0o777 : 0o666 });
    }
    renameSync(beside, folder);
    return true;
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    if (isThere(folder)) return false;
    throw error;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
