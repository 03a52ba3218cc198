import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../support/cli.ts';

export const TEMPLATES = fileURLToPath(new URL('../../fixtures/templates', import.meta.url));

/** A folder whose data folder holds the published templates: copying it is much cheaper. */
export async function prepare(templates: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-prepared-'));
  for (const template of templates) {
    const { code, stderr } = await runCli(['template', 'publish', join(TEMPLATES, template)], {
      cwd: folder,
    });
    if (code !== 0) rmSync(folder, { recursive: true });
    assert.equal(code, 0, stderr);
  }
  return folder;
}
