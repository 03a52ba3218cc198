import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BiotopeError } from '../../model/errors.ts';
import type { Limits } from '../../model/limits.ts';
import { codeOf } from '../../model/thrown.ts';
import { fileProblem, type Problem, TEMPLATE_FILE } from '../document/problem.ts';
import { collisionProblems } from './collisions.ts';

/** A file of a template's folder. */
export interface FolderFile {
  /** Relative, `/`-separated. */
  path: string;
  executable: boolean;
  content: Uint8Array;
}

export interface FolderContent {
  /** Sorted by path. */
  files: FolderFile[];
  problems: Problem[];
}

/** What editors read to know what may stand where in template.yaml. */
export const SCHEMA_FILE = 'biotope-template.schema.json';

/** What tools leave beside a template and what never belongs to its content. */
const LEFT_OUT = new Set([
  '.git',
  '.terraform',
  'node_modules',
  '.biotope',
  '.DS_Store',
  SCHEMA_FILE,
]);
const STATE_FILE = /\.tfstate(?:\..*)?$/;

export function isLeftOut(name: string): boolean {
  return LEFT_OUT.has(name) || STATE_FILE.test(name);
}

const PATH_CHARACTERS_MAX = 512;

/**
 * Reads every regular file below a folder, within the limits. Symbolic links are never followed:
 * each one is a problem, as is a device, a socket or a pipe. Rejects with TEMPLATE_NOT_FOUND where
 * there is no such folder.
 */
export async function readTemplateFolder(folder: string, limits: Limits): Promise<FolderContent> {
  const problems: Problem[] = [];
  const found = await listFiles(folder, limits, problems);
  // First what everything else is judged by: what is too large after it hides nothing of it.
  const paths = found.sort(templateFirst);
  const files: FolderFile[] = [];
  let bytesLeft = limits.bundleBytesMax;
  for (const path of paths) {
    const file = await readRegularFile(folder, path, bytesLeft);
    if ('problem' in file) {
      problems.push(file.problem);
      // Nothing more fits: the rest would say the same.
      if (file.tooLarge) break;
      continue;
    }
    bytesLeft -= file.content.byteLength;
    files.push(file);
  }
  return { files, problems };
}

function templateFirst(left: string, right: string): number {
  return Number(right === TEMPLATE_FILE) - Number(left === TEMPLATE_FILE);
}

async function listFiles(folder: string, limits: Limits, problems: Problem[]): Promise<string[]> {
  await requireFolder(folder);
  const found: string[] = [];
  const open = [''];
  for (const parent of open) {
    for (const entry of await entriesOf(folder, parent, limits, problems)) {
      (entry.isDirectory() ? open : found).push(pathIn(parent, entry));
    }
    if (found.length + open.length <= limits.bundleFilesMax) continue;
    problems.push(tooMany(limits));
    return [];
  }
  problems.push(...collisionProblems(found.sort()));
  return found;
}

/** What may be taken of one folder; what may not is told. */
async function entriesOf(
  folder: string,
  parent: string,
  limits: Limits,
  problems: Problem[],
): Promise<Entry[]> {
  const entries = await readdir(join(folder, parent), { withFileTypes: true });
  const wanted = entries.filter(({ name }) => !isLeftOut(name));
  return wanted.filter((entry) => {
    const problem = entryProblem(pathIn(parent, entry), entry, limits);
    if (problem !== null) problems.push(problem);
    return problem === null;
  });
}

function pathIn(parent: string, { name }: Entry): string {
  return parent === '' ? name : `${parent}/${name}`;
}

async function requireFolder(folder: string): Promise<void> {
  const [isFolder, isFile] = await Promise.all([
    lstat(join(folder, '.')).then(
      (stats) => stats.isDirectory(),
      () => false,
    ),
    lstat(folder).then(
      (stats) => stats.isFile(),
      () => false,
    ),
  ]);
  if (isFolder) return;
  throw new BiotopeError('TEMPLATE_NOT_FOUND', {
    message: isFile ? `${folder} is a file.` : `There is no folder ${folder}.`,
    remedy: isFile
      ? `Give its folder: ${dirname(folder)}`
      : 'Give the folder that holds the template.yaml.',
    facts: { folder },
  });
}

interface Entry {
  name: string;
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

/** Why what stands at a path cannot be part of a template; null where it can. */
export function entryProblem(path: string, entry: Entry, limits: Limits): Problem | null {
  if (entry.isSymbolicLink()) {
    return fileProblem(
      path,
      'symbolic links are not taken',
      'Put the file itself into the folder.',
    );
  }
  if (!entry.isDirectory() && !entry.isFile()) {
    return fileProblem(path, 'this is no regular file', 'Remove it from the folder.');
  }
  if (/[\p{Cc}\\\uFFFD]/u.test(entry.name) || path.length > PATH_CHARACTERS_MAX) {
    const shown = path.slice(0, 100).replaceAll(/\p{Cc}/gu, '?');
    return fileProblem(
      shown,
      'a file cannot have this name',
      'Use printable characters and no "\\".',
    );
  }
  if (path.split('/').length > limits.nestingLevelsMax) {
    return fileProblem(
      path,
      `folders are nested deeper than ${limits.nestingLevelsMax} levels`,
      null,
    );
  }
  return null;
}

type Refused = { problem: Problem; tooLarge: boolean };

/** Looks at the opened file, not at the name: what is there may have been exchanged meanwhile. */
async function readRegularFile(
  folder: string,
  path: string,
  bytesLeft: number,
): Promise<FolderFile | Refused> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    const stats = await handle.stat();
    if (!stats.isFile()) {
      return { problem: fileProblem(path, 'this is no regular file', null), tooLarge: false };
    }
    if (stats.size > bytesLeft) return { problem: tooLarge(path), tooLarge: true };
    const executable = (stats.mode & constants.S_IXUSR) !== 0;
    return { path, executable, content: await handle.readFile() };
  } catch (error) {
    const code = codeOf(error);
    const why = code === undefined ? '' : ` (${code})`;
    const problem = fileProblem(path, `the file cannot be read${why}`, 'Check its permissions.');
    return { problem, tooLarge: false };
  } finally {
    await handle?.close();
  }
}

export function tooLarge(path: string): Problem {
  const message =
    'with this file the folder is larger than a template may be (limits.bundleBytesMax)';
  return fileProblem(path, message, 'Keep only what belongs to the template in it.');
}

export function tooMany({ bundleFilesMax }: Limits): Problem {
  const message = `the folder holds more than ${bundleFilesMax} files`;
  return fileProblem('.', message, 'Keep only what belongs to the template in it.');
}
