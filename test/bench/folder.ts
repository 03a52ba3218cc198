import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const standing = new Set<string>();

/** For a process that is ended in the middle of a measurement. */
export function removeFolders(): void {
  for (const folder of standing) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A folder for one measurement, which goes with it. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-bench-'));
  standing.add(folder);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    standing.delete(folder);
  }
}
