import type { Limits } from '../../model/limits.ts';
import { fileProblem, type Problem } from '../document/problem.ts';
import { collisionProblems } from '../folder/collisions.ts';
import { entryProblem, isLeftOut, tooLarge, tooMany } from '../folder/folder.ts';

/** A file of a commit, below the template's folder. */
export interface TreeFile {
  path: string;
  executable: boolean;
  object: string;
  sizeBytes: number;
}

export interface Tree {
  files: TreeFile[];
  problems: Problem[];
}

const ENTRY = /^(?<mode>\d{6}) (?<type>\w+) (?<object>[0-9a-f]+) +(?<size>\d+|-)\t(?<path>.*)$/s;

interface Entry {
  mode: string;
  type: string;
  object: string;
  size: string;
  path: string;
}

/**
 * `git ls-tree -r -t -z -l`: what may be taken, by the rules for folders, before anything of it is
 * read. Whatever the names are, nothing here ever becomes a path of this machine unless it is good.
 */
export function readTree(listed: string, limits: Limits): Tree {
  const entries = listed.split('\0').flatMap(parseEntry);
  const taken = wanted(entries);
  const problems = taken.flatMap((entry) => problemOf(entry, limits) ?? []);
  const files = taken.filter(({ type }) => type === 'blob').map(treeFile);
  const paths = files.map(({ path }) => path);
  problems.push(...collisionProblems(paths), ...sizeProblems(files, limits));
  if (files.length > limits.bundleFilesMax) problems.push(tooMany(limits));
  return { files, problems };
}

/** Everything of a commit that belongs to its content, whatever it is. */
export interface ListedEntry extends TreeFile {
  /** Why it cannot be taken; null: it can. */
  problem: Problem | null;
}

/** `git ls-tree -r -z -l`, for those who take a part and look at the limits themselves. */
export function listTree(listed: string, limits: Limits): ListedEntry[] {
  const entries = listed.split('\0').flatMap(parseEntry);
  return wanted(entries).map((entry) => ({
    ...treeFile(entry),
    problem: problemOf(entry, limits),
  }));
}

/** What belongs to the content of a tree, wherever it is from. */
export function wanted<T extends { path: string }>(entries: readonly T[]): T[] {
  return entries.filter(({ path }) => !path.split('/').some(isLeftOut));
}

function parseEntry(line: string): Entry[] {
  const { mode, type, object, size, path } = ENTRY.exec(line)?.groups ?? {};
  if (path === undefined) return [];
  return [{ mode: mode ?? '', type: type ?? '', object: object ?? '', size: size ?? '', path }];
}

function treeFile({ path, mode, object, size }: Entry): TreeFile {
  return { path, executable: mode === '100755', object, sizeBytes: Number(size) };
}

/** Why an entry cannot be taken, by the rules for folders; null: it can. */
export function problemOf(
  { path, mode, type }: Pick<Entry, 'path' | 'mode' | 'type'>,
  limits: Limits,
): Problem | null {
  const segments = path.split('/');
  if (segments.some((name) => ['', '.', '..'].includes(name) || /^\.git$/i.test(name))) {
    return fileProblem(path, 'a file cannot have this name', 'Remove it from the repository.');
  }
  if (type === 'commit') {
    const hint = 'Put the files themselves into the repository.';
    return fileProblem(path, 'submodules are not taken', hint);
  }
  const entry = {
    name: segments.at(-1) ?? '',
    isDirectory: () => type === 'tree',
    isFile: () => mode.startsWith('100'),
    isSymbolicLink: () => mode === '120000',
  };
  return entryProblem(path, entry, limits);
}

function sizeProblems(files: readonly TreeFile[], { bundleBytesMax }: Limits): Problem[] {
  let bytes = 0;
  for (const { path, sizeBytes } of files) {
    bytes += sizeBytes;
    if (bytes > bundleBytesMax) return [tooLarge(path)];
  }
  return [];
}
