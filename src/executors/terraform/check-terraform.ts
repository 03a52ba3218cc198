import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { BiotopeError } from '../../model/errors.ts';
import { findProgram } from '../../platform/process/find-program.ts';
import { runProcess } from '../../platform/process/run-process.ts';
import type { TerraformSettings } from './settings.ts';

const HOW_TO_GET =
  'Install Terraform 1.6 or newer (https://developer.hashicorp.com/terraform/install), ' +
  'or OpenTofu and set terraform.binary to tofu.';

const VERSION_MIN = [1, 6] as const;
const TIMEOUT_MS = 30_000;
const OUTPUT_BYTES_MAX = 64 * 1024;
/** OpenTofu answers with the same key. */
const ANSWER = z.object({ terraform_version: z.string() });

export interface TerraformFound {
  binary: string;
  version: string;
}

/** The program and its version. Rejects with TERRAFORM_MISSING where there is none or a too old one. */
export async function checkTerraform({
  binary: name,
  host,
}: Pick<TerraformSettings, 'binary' | 'host'>): Promise<TerraformFound> {
  const binary = findTerraform(name, host);
  const version = await versionOf(binary, host.PATH ?? '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < VERSION_MIN[0] || (major === VERSION_MIN[0] && minor < VERSION_MIN[1]);
  if (isOld) throw missing(`${binary} is version ${version}, which is too old.`);
  return { binary, version };
}

/** Where the program is. Throws TERRAFORM_MISSING. */
export function findTerraform(name: string, host: TerraformSettings['host']): string {
  const binary = findProgram(name, host.PATH);
  if (binary !== undefined) return binary;
  throw missing(`${name} was not found on the PATH.`);
}

async function versionOf(binary: string, path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'biotope-terraform-'));
  const stdoutFile = join(folder, 'out');
  try {
    await runProcess({
      command: binary,
      args: ['version', '-json'],
      cwd: folder,
      env: { PATH: path, HOME: folder, CHECKPOINT_DISABLE: '1' },
      stdoutFile,
      stderrFile: join(folder, 'err'),
      input: null,
      signal: new AbortController().signal,
      timeoutMs: TIMEOUT_MS,
      graceMs: TIMEOUT_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
    });
    return ANSWER.parse(JSON.parse(await readFile(stdoutFile, 'utf8'))).terraform_version;
  } catch (cause) {
    throw missing(`${binary} does not say its version.`, cause);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function missing(message: string, cause?: unknown): BiotopeError {
  return new BiotopeError('TERRAFORM_MISSING', { message: `${message} ${HOW_TO_GET}`, cause });
}
