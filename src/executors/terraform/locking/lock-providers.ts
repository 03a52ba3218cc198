import { join } from 'node:path';
import { BiotopeError } from '../../../model/errors.ts';
import { digest } from '../../../platform/digest.ts';
import { type BundleReader, ExecutorError } from '../../executor.ts';
import { readModule } from '../modules/module.ts';
import { filesOfBundle, lockFileOf } from '../modules/module-files.ts';
import { lockedProviders } from '../record.ts';
import { lockModule } from './lock-module.ts';
import { locksAll, neededProviders } from './needed.ts';
import { openWorkplace, type WorkplaceRequest } from './workplace.ts';

export interface LockRequest extends Omit<WorkplaceRequest, 'log'> {
  bundle: BundleReader;
  /** Folders of the modules that resources are made of. */
  modules: readonly string[];
  /** The lock file that an earlier version of the template has at this path, if any. */
  earlier(path: string): Promise<string | null>;
  /** Told before a module is locked: that may take a while. */
  onLock(module: string): void;
}

export interface Locked {
  /** Where the lock file is in the bundle. */
  path: string;
  module: string;
  text: string;
  /** Whether its author wrote it so. */
  isAuthors: boolean;
  /** `registry.terraform.io/hashicorp/random 3.9.0` */
  providers: string[];
}

/**
 * The lock files of modules that need providers, in the order of the modules: those that are there and
 * complete, and new ones for the others. Nothing is run or fetched where no provider is needed.
 * Rejects with PROVIDER_UNAVAILABLE, TERRAFORM_MISSING or TERRAFORM_FAILED.
 */
export async function lockProviders(request: LockRequest): Promise<Locked[]> {
  const { bundle, modules, earlier } = request;
  const files = filesOfBundle(bundle);
  const locked: Locked[] = [];
  for (const module of [...new Set(modules)].sort()) {
    const read = await readModule(files, module, 'outline');
    if (neededProviders(read, 'terraform').length === 0) continue;
    const path = lockFileOf(module);
    const authorsText = files.find(path);
    const isAuthors = authorsText !== null && locksAll(authorsText, read);
    const others = locked.find(({ text }) => locksAll(text, read))?.text;
    const seed = async () => (await earlier(path)) ?? others ?? null;
    const text = isAuthors
      ? authorsText
      : await lockNow(request, { files, module, authorsText, seedText: await seed() });
    locked.push({ path, module, text, isAuthors, providers: lockedProviders(text) });
  }
  return locked;
}

async function lockNow(
  request: LockRequest,
  toLock: Parameters<typeof lockModule>[1],
): Promise<string> {
  request.onLock(toLock.module);
  const name = digest(toLock.module).slice(-8);
  const folder = join(request.folder, `lock-${name}`);
  const place = await openWorkplace({ ...request, folder, log: () => {} });
  try {
    return await lockModule(place, toLock);
  } catch (error) {
    request.signal.throwIfAborted();
    if (!(error instanceof ExecutorError)) throw error;
    throw unlockable(toLock.module, error);
  }
}

function unlockable(module: string, { failure, cause }: ExecutorError): BiotopeError {
  const { message, detail } = failure;
  const isOfProviders = /provider/i.test(`${message}\n${detail ?? ''}`);
  return new BiotopeError(isOfProviders ? 'PROVIDER_UNAVAILABLE' : failure.code, {
    message:
      `The providers of ./${module} cannot be locked, and nothing was published. ${message}. Make what ` +
      'they are fetched from reachable, or publish with --skip-lock: then the first run chooses.',
    ...(detail === null ? {} : { detail }),
    facts: { module },
    cause,
  });
}
