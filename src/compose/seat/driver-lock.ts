import { readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { replaceFile } from '../../platform/replace.ts';
import { sqliteFailure } from '../../platform/sqlite-error.ts';
import type { DataPaths } from '../data-folder.ts';

/**
 * One process drives a data folder. The lock is a transaction on a file of its own, held for the
 * process's life: it is the kernel's, so a killed process holds nothing. `driver.json` beside it is
 * for messages only; without the lock it means nothing.
 *
 * Nothing else in this process may open the lock file: closing any handle on it would let go.
 */
export interface DriverLock {
  /** Where its API answers, once it does. */
  tellUrl(url: string): void;
  release(): void;
}

/** Who drives, for messages. */
export interface DriverDescription {
  pid: number;
  /** The command line's command, such as `environment create demo`. */
  command: string;
  startedAt: string;
  /** Of a server: where its API answers. */
  url?: string | undefined;
}

/** A server that commands are sent to over its API. */
export interface ServerDescription {
  server: string;
}

/** Who works on runs where this process does not, as far as that is known. */
export type OtherDriver = DriverDescription | ServerDescription | 'unknown';

/** Looking at the lock holds it for a moment: whoever wants it waits that out. */
const BUSY_TIMEOUT_MS = 100;

/** The lock, or undefined where another process has it. */
export function tryDriverLock(
  paths: DataPaths,
  description: DriverDescription,
): DriverLock | undefined {
  const database = openLockFile(paths);
  let isHeld = false;
  try {
    if (!tryExec(database, paths, 'BEGIN EXCLUSIVE')) return undefined;
    replaceFile(paths.driver, JSON.stringify(description));
    isHeld = true;
  } finally {
    if (!isHeld) database.close();
  }
  return {
    tellUrl: (url) => replaceFile(paths.driver, JSON.stringify({ ...description, url })),
    release: () => {
      rmSync(paths.driver, { force: true });
      database.close();
    },
  };
}

/** Who drives the folder now; undefined where nobody does. */
export function findDriver(paths: DataPaths): DriverDescription | 'unknown' | undefined {
  const database = openLockFile(paths);
  try {
    if (tryExec(database, paths, 'SELECT 1 FROM sqlite_schema')) return undefined;
  } finally {
    database.close();
  }
  return readDescription(paths) ?? 'unknown';
}

function openLockFile(paths: DataPaths): DatabaseSync {
  try {
    return new DatabaseSync(paths.lock, { timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw sqliteFailure(error, paths.lock);
  }
}

const SQLITE_BUSY = 5;

/** False where another process holds the lock. Never closes the database: its opener does. */
function tryExec(database: DatabaseSync, paths: DataPaths, sql: string): boolean {
  try {
    database.exec(sql);
    return true;
  } catch (error) {
    const isBusy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
    if (isBusy) return false;
    throw sqliteFailure(error, paths.lock);
  }
}

const descriptionSchema = z.object({
  pid: z.int().positive(),
  command: z.string().max(2_000),
  startedAt: z.string().max(60),
  url: z.string().max(400).optional(),
});

function readDescription(paths: DataPaths): DriverDescription | undefined {
  try {
    return descriptionSchema.parse(JSON.parse(readFileSync(paths.driver, 'utf8')));
  } catch {
    return undefined;
  }
}
