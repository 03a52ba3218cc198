import { fileProblem, type Problem } from '../document/problem.ts';

/**
 * Files that some system takes for one and the same: names that differ only in upper and lower case
 * or in how their letters are composed, and a file where another one needs a folder.
 */
export function collisionProblems(paths: readonly string[]): Problem[] {
  const seen = new Map<string, string>();
  const collide = (path: string, kind: 'file' | 'folder') => {
    const key = path.normalize('NFC').toLowerCase();
    const spelling = `${kind} ${path}`;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, spelling);
    return known !== undefined && (known !== spelling || kind === 'file') ? known : undefined;
  };
  return paths.flatMap((path) => {
    const segments = path.split('/');
    const folders = segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
    const other = [...folders.map((folder) => collide(folder, 'folder')), collide(path, 'file')];
    const known = other.find((spelling) => spelling !== undefined);
    if (known === undefined) return [];
    const message = `elsewhere this is the same as the ${known}`;
    return [fileProblem(path, message, 'Give them names that differ in more than upper case.')];
  });
}
