import { isBiotopeError } from '../../model/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { DataPaths } from '../data-folder.ts';
import { tryDriverLock } from './driver-lock.ts';

/** Whether it was refused to read data that an older version of this program wrote. */
export function isOfOlderVersion(error: unknown): boolean {
  return isBiotopeError(error, 'STORE_UNAVAILABLE') && error.facts.version !== undefined;
}

/**
 * Brings the store to the newest version without driving anything. False where another process has the
 * seat: then its version is the one that counts.
 */
export function migrateStore(paths: DataPaths): boolean {
  const startedAt = new Date(systemClock.nowMs()).toISOString();
  const lock = tryDriverLock(paths, { pid: process.pid, command: 'migration', startedAt });
  if (lock === undefined) return false;
  try {
    void createSqliteStore({ path: paths.store, clock: systemClock }).close();
    return true;
  } finally {
    lock.release();
  }
}
