import { statSync } from 'node:fs';
import { z } from 'zod';
import { BiotopeError } from '../../../model/errors.ts';
import { askProgram } from '../../../platform/process/ask-program.ts';
import { findProgram } from '../../../platform/process/find-program.ts';
import { findInstalled, isIntact } from './installed.ts';
import { DEFAULT_BINARY, type TerraformPlaces } from './places.ts';
import { PRODUCTS, type Product } from './product.ts';

const FETCH = 'Fetch it into the data folder: biotope doctor --install';
const INSTALL =
  'Install Terraform 1.6 or newer: https://developer.hashicorp.com/terraform/install\n' +
  'or OpenTofu 1.6 or newer, and name it: BIOTOPE_TERRAFORM_BINARY=tofu';
const USE_TOFU = 'Use OpenTofu, which is on the PATH: BIOTOPE_TERRAFORM_BINARY=tofu';

const TIMEOUT_MS = 30_000;
const OUTPUT_BYTES_MAX = 64 * 1024;
/** OpenTofu answers with the same key, and never says whether it is outdated. */
const ANSWER = z.object({
  terraform_version: z.string().regex(/^\d+\.\d+\.\d+/),
  platform: z
    .string()
    .regex(/^[a-z0-9]+_[a-z0-9]+$/)
    .optional(),
  terraform_outdated: z.boolean().optional(),
});

export interface TerraformFound {
  binary: string;
  product: Product;
  version: string;
  /** Of the providers that it runs, such as `linux_amd64`; null where it does not say. */
  platform: string | null;
}

/** Answers of programs that have not changed since: each step asks. */
const known = new Map<string, Promise<TerraformFound>>();

/**
 * The program, which of the two it is, and its version. Rejects with TERRAFORM_MISSING where there is
 * none, one that does not say its version, or a too old one.
 */
export async function checkTerraform({
  binary: name,
  host,
  toolsFolder,
}: TerraformPlaces): Promise<TerraformFound> {
  const binary = await findTerraform({ binary: name, host, toolsFolder });
  const { size, mtimeMs, ino } = statSync(binary);
  const key = JSON.stringify([binary, ino, size, mtimeMs]);
  const answer = known.get(key) ?? ask(binary, host.PATH ?? '');
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  const found = await answer;
  if (isOld(found)) {
    const { name: productName, versionMin } = PRODUCTS[found.product];
    const what = `${binary} is ${productName} ${found.version}, which is too old`;
    throw missing({ message: `${what}: ${versionMin} is needed.`, detail: INSTALL });
  }
  return found;
}

/** Where the program is: on the PATH, or what was fetched into the data folder. */
async function findTerraform({
  binary: name,
  host,
  toolsFolder,
}: TerraformPlaces): Promise<string> {
  const binary = findProgram(name, host.PATH);
  if (binary !== undefined) return binary;
  const installed = toolsFolder === null ? undefined : findInstalled(toolsFolder);
  if (name === DEFAULT_BINARY && installed !== undefined) {
    if (await isIntact(installed)) return installed.binary;
    const what = `${installed.binary} is not what was fetched: somebody changed or damaged it.`;
    const detail = 'Fetch it anew: biotope doctor --install';
    throw missing({ message: what, detail, canFetch: true });
  }
  const canFetch = name === DEFAULT_BINARY;
  const ways = canFetch ? [FETCH, ...tofuWay(host), `or ${lower(INSTALL)}`] : [INSTALL];
  const message = `${name} was not found on the PATH.`;
  throw missing({ message, detail: ways.join('\n'), canFetch });
}

function tofuWay(host: TerraformPlaces['host']): string[] {
  return findProgram('tofu', host.PATH) === undefined ? [] : [`or ${lower(USE_TOFU)}`];
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function isOld({ product, version }: TerraformFound): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin = 0, minorMin = 0] = PRODUCTS[product].versionMin.split('.').map(Number);
  return major < majorMin || (major === majorMin && minor < minorMin);
}

async function ask(binary: string, path: string): Promise<TerraformFound> {
  try {
    const said = await askProgram({
      program: binary,
      args: ['version', '-json'],
      env: { PATH: path, CHECKPOINT_DISABLE: '1' },
      timeoutMs: TIMEOUT_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
    });
    const answer = ANSWER.parse(JSON.parse(said ?? ''));
    const product = answer.terraform_outdated === undefined ? 'opentofu' : 'terraform';
    const platform = answer.platform ?? null;
    return { binary, product, version: answer.terraform_version, platform };
  } catch (cause) {
    throw missing({ message: `${binary} does not say its version.`, detail: INSTALL, cause });
  }
}

interface Missing {
  message: string;
  detail: string;
  /** Whether fetching it into the data folder would help. */
  canFetch?: boolean;
  cause?: unknown;
}

function missing({ message, detail, canFetch = false, cause }: Missing): BiotopeError {
  return new BiotopeError('TERRAFORM_MISSING', { message, detail, facts: { canFetch }, cause });
}
