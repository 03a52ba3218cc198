import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../model/thrown.ts';
import { ExecutorError } from '../executor.ts';
import { failureOf } from './failures.ts';
import type { Initialised } from './preparer.ts';
import { nameOf } from './program/product.ts';
import type { Looked } from './providers/provider-cache.ts';
import { demandRegistries, unreachableRegistry } from './providers/registries.ts';
import { isForeign } from './providers/registry-hosts.ts';
import { type Finished, runTerraform } from './run-terraform.ts';
import type { Workplace } from './session.ts';
import { writePrivate } from './work-folder.ts';

const ARGS = ['init', '-input=false', '-no-color', '-lock-timeout=30s'];

export interface InitRequest {
  /** Folders of the bundle that the module's tree is made of. */
  folders: readonly string[];
  dataFolder: string;
  lockText: string | null;
  /** Versions to begin with where no lock file says any. */
  seedLockText: string | null;
}

/**
 * `terraform init`: from the packages that are kept here where they are all that it takes, otherwise
 * as the site's own configuration says. What it fetched is kept.
 */
export async function runInit(
  session: Workplace,
  { folders, dataFolder, seedLockText, ...request }: InitRequest,
): Promise<Initialised> {
  const { context, folder, providers } = session;
  context.progress(`preparing ${nameOf(session)}`);
  context.log('terraform init');
  const lockText = request.lockText ?? seedLockText;
  if (lockText !== null) writePrivate(folder.lockFile, lockText);
  const looked = await providers.look(lockText);
  if (!(await initFromKept(session, dataFolder, looked))) {
    demandRegistries(session.registries, looked.missing);
    // What is here has to be asked for, but not to be fetched again.
    await rm(dataFolder, { recursive: true, force: true });
    await providers.install(dataFolder, looked.here);
    const finished = await init(session, dataFolder, {});
    if (finished.process.exitCode !== 0) {
      const failure = failureOf(session, finished, { what: 'init', folders, left: null });
      throw namingRegistry(sayingWhatIsMissing(failure, looked, session), session);
    }
  }
  const made = readIfThere(folder.lockFile);
  await keepPackages(session, dataFolder, made);
  return { lockText: made, terraformVersion: session.version };
}

/**
 * Asks nobody outside. False where that does not do: something is missing, or the module asks for more
 * than its lock file names.
 */
async function initFromKept(
  session: Workplace,
  dataFolder: string,
  { here, missing }: Looked,
): Promise<boolean> {
  const { folder, providers, product } = session;
  // What the other product was locked to is of no use here, and nobody asks for it.
  const needed = missing.filter(({ source }) => !isForeign(source, product));
  if (here.length === 0 || needed.length > 0) return false;
  const file = join(folder.temporary, 'kept-providers.tfrc');
  const include = here.map(({ source }) => source);
  writePrivate(file, mirrorConfiguration(providers.folder, include));
  const finished = await init(session, dataFolder, {
    args: ['-lockfile=readonly'],
    variables: { TF_CLI_CONFIG_FILE: file },
  });
  return finished.process.exitCode === 0;
}

function init(
  session: Workplace,
  dataFolder: string,
  { args = [], variables = {} }: { args?: string[]; variables?: Record<string, string> },
): Promise<Finished> {
  const timeoutMs = session.settings.initTimeoutMs;
  return runTerraform(session, { args: [...ARGS, ...args], dataFolder, timeoutMs, variables });
}

function mirrorConfiguration(path: string, include: readonly string[]): string {
  const text = (value: unknown) => JSON.stringify(value).replaceAll('${', '$${');
  return `provider_installation {
  filesystem_mirror {
    path    = ${text(path)}
    include = ${text(include)}
  }
}
`;
}

/** A registry that is away is one thing; which packages that matters for is another. */
function sayingWhatIsMissing(
  error: ExecutorError,
  { missing }: Looked,
  { providers }: Workplace,
): ExecutorError {
  const { kind, failure, retryable, left, cause } = error;
  const isOfProviders = /provider/i.test(`${failure.message}\n${failure.detail ?? ''}`);
  if (kind !== 'failed' || !isOfProviders || missing.length === 0) return error;
  const names = missing.map(({ source, version }) => `${source} ${version}`).join(', ');
  const message =
    `Providers are neither kept here nor to be fetched: ${names}. Make what they are fetched from ` +
    'reachable and try again, or put each unpacked package into the folder named below.';
  const detail = [...missing.map(providers.describe), failure.detail ?? ''].join('\n').trim();
  return new ExecutorError({
    kind,
    retryable,
    left,
    cause,
    failure: { ...failure, code: 'PROVIDER_UNAVAILABLE', message, detail },
  });
}

/** Its step waits for it, where somebody looks when it is back. */
function namingRegistry(error: ExecutorError, { registries }: Workplace): ExecutorError {
  const { kind, failure, retryable, left, cause } = error;
  if (registries === undefined || kind !== 'failed' || !retryable) return error;
  const system = unreachableRegistry(`${failure.message} ${failure.detail ?? ''}`);
  if (system === undefined) return error;
  return new ExecutorError({ kind, retryable, left, cause, failure: { ...failure, system } });
}

/** The work goes on without: it is only a later one that may miss them. */
async function keepPackages(
  { context, providers }: Workplace,
  dataFolder: string,
  lockText: string | null,
): Promise<void> {
  try {
    await providers.keep(dataFolder, lockText);
  } catch (error) {
    const why = messageOf(error);
    context.log(`the provider packages could not be kept for later: ${why}`);
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
