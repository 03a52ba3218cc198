import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../platform/clock.ts';
import { replaceFolder } from '../../../platform/replace.ts';
import { checkTerraform, type TerraformFound } from './check-terraform.ts';
import { fetchFailed } from './fetch-file.ts';
import { fetchProgram, type Source } from './fetch-program.ts';
import { installedPlace, isIntact } from './installed.ts';

/** The release that is tested here. */
export const TERRAFORM_VERSION = '1.11.4';

export interface Installation extends Source {
  toolsFolder: string;
  version?: string;
}

const DRAFT_PREFIX = '.new-';
const DRAFT_KEPT_MS = 3_600_000;

/**
 * Fetches a release of Terraform, and keeps it only if it is what HashiCorp signed: the list of
 * checksums has its signature, the archive has the checksum, and the program says its version. It is
 * made beside its place and renamed. One that is there and intact is left. Rejects with
 * TERRAFORM_FETCH_FAILED, and with the signal's reason once aborted; nothing is left behind then.
 */
export async function installTerraform(installation: Installation): Promise<TerraformFound> {
  const { toolsFolder, host, version = TERRAFORM_VERSION } = installation;
  const place = installedPlace(toolsFolder, version);
  if (!(await isIntact(place))) {
    const program = await fetchProgram(installation, version);
    const folder = join(toolsFolder, 'terraform');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeOldDrafts(folder, installation.clock);
    const draft = mkdtempSync(join(folder, DRAFT_PREFIX));
    try {
      await writeProgram(join(draft, 'terraform'), program, installation, version);
      await replaceFolder(draft, place.folder, () => isIntact(place));
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return checkTerraform({ binary: place.binary, host, toolsFolder: null });
}

/** Those of processes that were killed. */
function removeOldDrafts(folder: string, clock: Clock): void {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(DRAFT_PREFIX))) {
    const draft = join(folder, name);
    const madeAtMs = statSync(draft, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (clock.nowMs() - madeAtMs > DRAFT_KEPT_MS) rmSync(draft, { recursive: true, force: true });
  }
}

async function writeProgram(
  binary: string,
  program: Buffer,
  { host }: Installation,
  version: string,
): Promise<void> {
  writeFileSync(binary, program, { mode: 0o700 });
  chmodSync(binary, 0o755);
  const checksum = createHash('sha256').update(program).digest('hex');
  writeFileSync(`${binary}.sha256`, `${checksum}\n`, { mode: 0o600 });
  const found = await checkTerraform({ binary, host, toolsFolder: null });
  if (found.product === 'terraform' && found.version === version) return;
  throw fetchFailed(
    'archive',
    `What was fetched as Terraform ${version} says it is ${found.version}.`,
  );
}
