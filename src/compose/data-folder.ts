import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { BiotopeError, isBiotopeError } from '../model/errors.ts';
import { codeOf, messageOf } from '../model/thrown.ts';
import { makePrivateFolder } from '../platform/private-folder.ts';

/** Where each thing lives inside the data folder. */
export interface DataPaths {
  folder: string;
  store: string;
  keyvalue: string;
  secrets: string;
  secretKey: string;
  lock: string;
  driver: string;
  /** Below these the workers keep unpacked bundles and the folders of steps under way. */
  bundles: string;
  work: string;
  /** Folders of workers in processes of their own, by their names. */
  workers: string;
  /** Programs that were fetched. */
  tools: string;
  /** Packages of Terraform's providers, and folders that `terraform init` prepared. */
  providers: string;
  prepared: string;
}

export function dataPaths(folder: string): DataPaths {
  return {
    folder,
    store: join(folder, 'store.db'),
    keyvalue: join(folder, 'keyvalue.db'),
    secrets: join(folder, 'secrets.db'),
    secretKey: join(folder, 'secret.key'),
    lock: join(folder, 'driver.lock'),
    driver: join(folder, 'driver.json'),
    bundles: join(folder, 'bundles'),
    work: join(folder, 'work'),
    workers: join(folder, 'workers'),
    tools: join(folder, 'tools'),
    providers: join(folder, 'providers'),
    prepared: join(folder, 'terraform', 'prepared'),
  };
}

/**
 * Makes the folder private to its owner and keeps it out of sight of Git: it holds secrets. A
 * folder that holds somebody else's files is refused and left as it is.
 */
export function prepareDataFolder(paths: DataPaths): void {
  const { folder } = paths;
  try {
    makePrivateFolder(folder);
    refuseForeign(paths);
    chmodSync(folder, 0o700);
    const ignore = join(folder, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 });
  } catch (cause) {
    if (isBiotopeError(cause)) throw cause;
    throw new BiotopeError('STORE_UNAVAILABLE', {
      message: `The data folder ${folder} cannot be made or changed: ${messageOf(cause)}.`,
      remedy: 'Name another one with --data.',
      cause,
    });
  }
}

/** Files that SQLite keeps beside a database, such as `store.db-wal`. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/** Ours are told by their names, whole: `worksheets` is not `work`. */
export function refuseForeign(paths: DataPaths): void {
  const { folder, store, keyvalue, secrets, lock, ...others } = paths;
  const databases = [store, keyvalue, secrets, lock].map((file) => basename(file));
  const ours = new Set([
    '.gitignore',
    ...databases.flatMap((name) => ['', ...COMPANIONS].map((suffix) => `${name}${suffix}`)),
    ...Object.values(others).map((place) => relative(folder, place).split(sep)[0]),
  ]);
  const names = readdirSync(folder);
  if (existsSync(lock) || existsSync(store)) return;
  if (names.every((name) => ours.has(name))) return;
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message: `The folder ${folder} holds other files.`,
    remedy: 'Name a new or an empty folder for the data.',
  });
}

/**
 * False where there is no such folder, or none of our data in it. Rejects what is no folder with
 * CONFIGURATION_INVALID, and one that may not be read with STORE_UNAVAILABLE.
 */
export function holdsData({ folder, store }: DataPaths): boolean {
  try {
    const isFolder = statSync(folder).isDirectory();
    if (isFolder) {
      accessSync(folder, constants.R_OK | constants.X_OK);
      return existsSync(store);
    }
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false;
    throw new BiotopeError('STORE_UNAVAILABLE', {
      message: `The data folder ${folder} cannot be read: ${messageOf(cause)}.`,
      remedy: 'Check its permissions, or name another one with --data.',
      cause,
    });
  }
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message: `The data folder ${folder} is no folder.`,
    remedy: 'Name another one with --data.',
  });
}
