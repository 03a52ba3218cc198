import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { literal } from './inputs.ts';
import { commonFolder, LOCK_FILE, outermost } from './modules/module-files.ts';
import { STATE_FILE } from './synthesis.ts';

/** The places in a step's work folder. Its files are small and local: written synchronously. */
export interface WorkFolder {
  path: string;
  temporary: string;
  pidFile: string;
  stateFile: string;
  /** Where Terraform leaves a state that it could not write to its place. */
  erroredStateFile: string;
  planFile: string;
  /** What Terraform says, line by line. */
  outputFile: string;
  /** Addresses whose creation broke off, until somebody has heard of them. */
  inFlightFile: string;
  lockFile: string;
}

/** The copy of a state that a backend keeps: Terraform must not take it for one to move there. */
const REMOTE_STATE_FILE = 'copy-of-remote.tfstate';

export function workFolderAt(path: string, { isRemote = false } = {}): WorkFolder {
  return {
    path,
    temporary: join(path, 'tmp'),
    pidFile: join(path, 'terraform.pid'),
    stateFile: join(path, isRemote ? REMOTE_STATE_FILE : STATE_FILE),
    erroredStateFile: join(path, 'errored.tfstate'),
    planFile: join(path, 'terraform.tfplan'),
    outputFile: join(path, 'terraform.out'),
    inFlightFile: join(path, 'in-flight.json'),
    lockFile: join(path, LOCK_FILE),
  };
}

const CONFIGURATION_FILE = 'cdk.tf.json';
const IMPORTS_FILE = 'adopt.tf.json';
const VALUES_FILE = 'terraform.tfvars.json';
const MODULE_FOLDER = 'module';

/** Where the modules of these folders of the bundle are put, so that equal trees look equal. */
export function placeOf(folders: readonly string[], folder: string): string {
  const inside = posix.relative(commonFolder(folders), folder);
  return inside === '' ? MODULE_FOLDER : `${MODULE_FOLDER}/${inside}`;
}

/** The bundle's path of a file that Terraform names; null for the files that are ours. */
export function originOf(folders: readonly string[], file: string): string | null {
  const inside = posix.relative(MODULE_FOLDER, posix.normalize(file));
  return inside.startsWith('..') ? null : posix.join(commonFolder(folders), inside);
}

/** Copies of the module's folders: a module may write beside itself, and the bundle is shared. */
export function layOutModules(
  folder: WorkFolder,
  bundleFolder: string,
  folders: readonly string[],
): void {
  rmSync(join(folder.path, MODULE_FOLDER), { recursive: true, force: true });
  for (const source of outermost(folders)) {
    copyTree(join(bundleFolder, source), join(folder.path, placeOf(folders, source)));
  }
}

/** Node's own looks at each file four times before it copies one; a bundle holds files and folders. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === '.terraform') continue;
    if (entry.isDirectory()) copyTree(source, target);
    else copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

export function makeTemporary(folder: WorkFolder): void {
  mkdirSync(folder.temporary, { recursive: true, mode: 0o700 });
}

export interface Configuration {
  configuration: string;
  /** Secrets in the clear. */
  values: string;
  lockText: string | null;
}

export function writeConfiguration(folder: WorkFolder, written: Configuration): void {
  writePrivate(join(folder.path, CONFIGURATION_FILE), written.configuration);
  writePrivate(join(folder.path, VALUES_FILE), written.values);
  // Of an adoption that broke off.
  rmSync(join(folder.path, IMPORTS_FILE), { force: true });
  if (written.lockText === null) rmSync(folder.lockFile, { force: true });
  else writePrivate(folder.lockFile, written.lockText);
}

/** Ids by address, as Terraform's import blocks. Ids are meant as they are, whatever they look like. */
export function writeImports(folder: WorkFolder, imports: Readonly<Record<string, string>>): void {
  const blocks = Object.entries(imports).map(([to, id]) => ({ to, id: literal(id) }));
  writePrivate(join(folder.path, IMPORTS_FILE), JSON.stringify({ import: blocks }));
}

export function writePrivate(file: string, content: string | Uint8Array): void {
  writeFileSync(file, content, { mode: 0o600 });
}

/** Undefined where it does not exist or is larger than it may be. */
export function readBytes(file: string, bytesMax: number): Uint8Array | undefined {
  try {
    return statSync(file).size > bytesMax ? undefined : readFileSync(file);
  } catch {
    return undefined;
  }
}

const TELLING_FILES = [
  VALUES_FILE,
  'terraform.tfplan',
  'terraform.out',
  'terraform.err',
  'crash.log',
];

/** For a folder of which nobody knows whose it is: in one that is not ours others may have files. */
export function tidyWorkFolder(folder: WorkFolder): void {
  if (existsSync(join(folder.path, CONFIGURATION_FILE))) {
    cleanWorkFolder(folder, { keepState: true });
  } else {
    for (const name of TELLING_FILES) rmSync(join(folder.path, name), { force: true });
  }
}

const STATE_FILES = [STATE_FILE, REMOTE_STATE_FILE, `${STATE_FILE}.backup`, 'errored.tfstate'];

/**
 * Takes away all that may hold a secret, and what the next attempt makes anew. `keepState`,
 * `keepOutput`: what they tell is kept nowhere else, so the next attempt must find it here.
 */
export function cleanWorkFolder(
  folder: WorkFolder,
  { keepState, keepOutput = false }: { keepState: boolean; keepOutput?: boolean },
): void {
  const names = [
    CONFIGURATION_FILE,
    IMPORTS_FILE,
    LOCK_FILE,
    MODULE_FOLDER,
    `.${STATE_FILE}.lock.info`,
    ...TELLING_FILES,
    'tmp',
    // OpenTofu makes it wherever its home is.
    '.terraform.d',
    ...(keepState ? [] : STATE_FILES),
  ];
  const kept = keepOutput ? folder.outputFile : undefined;
  const there = existsSync(folder.path) ? readdirSync(folder.path) : [];
  const places = there
    .filter((name) => names.includes(name))
    .map((name) => join(folder.path, name));
  for (const place of places.filter((each) => each !== kept)) {
    rmSync(place, { recursive: true, force: true });
  }
}
