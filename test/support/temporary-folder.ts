import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Empty; it goes, with what was put into it, when the test and its hooks have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
