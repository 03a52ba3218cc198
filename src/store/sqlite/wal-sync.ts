import { close, closeSync, constants, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { syncFolder } from '../../platform/replace.ts';

const closed = promisify(close);
const synced = promisify(fdatasync);

/** Of the write-ahead log of a database that this process writes, which keeps the file where it is. */
export interface WalSync {
  sync(): Promise<void>;
  /** After the last `sync` is over. May be called twice. */
  close(): Promise<void>;
}

/** What a killed process left is durable when this returns. */
export function createWalSync(path: string): WalSync {
  const file = openSync(walOf(path), constants.O_RDWR);
  fdatasyncSync(file);
  syncFolder(dirname(path));
  let isOpen = true;
  return {
    sync: () => synced(file),
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await closed(file);
    },
  };
}

/**
 * For who reads beside the process that writes: what was read may be on its way to the disk only, and
 * is durable when this returns.
 */
export function syncWhatOthersWrote(path: string): void {
  const file = openWal(path);
  if (file === null) return;
  try {
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Null: nobody writes, and all is in the database itself. */
function openWal(path: string): number | null {
  try {
    return openSync(walOf(path), constants.O_RDONLY);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function walOf(path: string): string {
  return `${path}-wal`;
}
