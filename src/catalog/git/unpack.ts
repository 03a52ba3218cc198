import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nearest } from '../../model/nearest.ts';
import type { TemplateSource } from '../../model/template.ts';
import { fileProblem, type Problem, problemsError } from '../document/problem.ts';
import { sourceText } from '../source.ts';
import { notFound } from './failures.ts';
import type { GitSession } from './session.ts';
import { readTree, type TreeFile } from './tree.ts';

const FOLDERS_SHOWN_MAX = 10;

/**
 * Writes the files of one folder of a commit below `target`, as they are in the repository: no
 * filter, no line ends are changed. Nothing is written where anything of it may not be taken:
 * TEMPLATE_INVALID, or SOURCE_NOT_FOUND where there is no such folder.
 */
export async function unpackFolder(
  git: GitSession,
  { commit, source, target }: { commit: string; source: TemplateSource; target: string },
): Promise<void> {
  const place = `${commit}:${source.path}`;
  const listed = await git.try(['ls-tree', '-r', '-t', '-z', '-l', '--full-tree', place]);
  if (listed.process.exitCode !== 0) throw await unknownFolder(git, commit, source);
  const { files, problems } = readTree(listed.stdout.toString('utf8'), git.limits);
  refuseProblems(source, problems);
  const contents = await readContents(git, files);
  refuseProblems(source, contents.flatMap(pointerProblem));
  await mkdir(target);
  for (const { path, executable, content } of contents) {
    const file = join(target, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx', mode: executable ? 0o700 : 0o600 });
  }
}

function refuseProblems(source: TemplateSource, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw problemsError(`The template in ${sourceText(source)}`, problems, {});
}

interface Content extends TreeFile {
  content: Buffer;
}

/** Each is announced by a line with its size, which is known to be within the limits. */
export async function readContents(
  git: GitSession,
  files: readonly TreeFile[],
): Promise<Content[]> {
  if (files.length === 0) return [];
  const wanted = files.map(({ object }) => `${object}\n`).join('');
  const answer = await git.read(['cat-file', '--batch'], wanted);
  let at = 0;
  return files.map((file) => {
    const begin = answer.indexOf('\n', at) + 1;
    const end = begin + file.sizeBytes;
    const announced = `${file.object} blob ${file.sizeBytes}\n`;
    if (answer.toString('latin1', at, begin) !== announced || answer[end] !== 0x0a) {
      throw new Error(`Git answers something else than ${file.path}`);
    }
    at = end + 1;
    return { ...file, content: answer.subarray(begin, end) };
  });
}

const POINTER = 'version https://git-lfs.github.com/spec/';

/** What Git LFS keeps elsewhere is not fetched: the file would be a few lines that name it. */
export function pointerProblem({ path, content }: Content): Problem[] {
  if (content.toString('latin1', 0, POINTER.length) !== POINTER) return [];
  const message = 'the file is kept in Git LFS, which is not fetched';
  return [fileProblem(path, message, 'Keep it in the repository itself.')];
}

async function unknownFolder(
  git: GitSession,
  commit: string,
  { url, path, ref }: TemplateSource,
): Promise<Error> {
  const listed = await git.ask(['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]);
  const folders = listed
    .toString('utf8')
    .split('\0')
    .filter((name) => /(?:^|\/)template\.yaml$/.test(name))
    .map((name) => name.replace(/\/?template\.yaml$/, ''));
  const near = nearest(path, folders);
  const shown = folders.slice(0, FOLDERS_SHOWN_MAX).map((name) => name || 'its own folder');
  const hint =
    near !== undefined
      ? `Did you mean ${JSON.stringify(near)}?`
      : folders.length === 0
        ? 'It holds no template.yaml anywhere.'
        : `Templates are in: ${shown.join(', ')}.`;
  const where = ref === null ? 'its default branch' : ref;
  return notFound(`${url} has no folder ${JSON.stringify(path)} at ${where}. ${hint}`, {
    url,
    path,
    commit,
    folders: folders.slice(0, FOLDERS_SHOWN_MAX),
  });
}
