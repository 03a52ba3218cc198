import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isCommit } from '../../model/git-address.ts';
import { nearest } from '../../model/nearest.ts';
import type { TemplateSource } from '../../model/template.ts';
import { gitError, limitError, notFound } from './failures.ts';
import type { GitSession } from './session.ts';

const WANTED = 'refs/biotope/wanted';
const NAMES_SHOWN_MAX = 5;

/**
 * Fetches one commit, without its history, and returns its id. A name that is both a branch and a
 * tag is refused: which one is meant would be a guess.
 */
export async function fetchCommit(git: GitSession, { url, ref }: TemplateSource): Promise<string> {
  const wanted = ref === null ? 'HEAD' : isCommit(ref) ? ref : await fullName(git, ref);
  const { process, stderr } = await git.try([
    'fetch',
    '--quiet',
    '--no-progress',
    '--depth=1',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--',
    url,
    `${wanted}:${WANTED}`,
  ]);
  await requireBounded(git);
  if (process.exitCode !== 0) throw fetchError(git, ref, stderr);
  const commit = await git.try(['rev-parse', '--verify', '--quiet', `${WANTED}^{commit}`]);
  if (commit.process.exitCode === 0) return commit.stdout.toString('utf8').trim();
  throw notFound(`${ref} of ${url} is no commit.`, { url, ref });
}

/** Kept to its bound by the kernel, which ends Git without a word that could be told from others. */
async function requireBounded({ url, repository, limits }: GitSession): Promise<void> {
  const folder = join(repository, 'objects', 'pack');
  for (const name of await readdir(folder)) {
    const { size } = await stat(join(folder, name));
    if (size < limits.repositoryBytesMax) continue;
    const what = `one commit of it, packed, is more than ${limits.repositoryBytesMax} bytes`;
    throw limitError(url, what, 'repositoryBytesMax');
  }
}

function fetchError({ url }: GitSession, ref: string | null, stderr: string): Error {
  const isMissing = /couldn't find remote ref|not our ref|unadvertised object/.test(stderr);
  if (!isMissing) return gitError(url, stderr);
  return notFound(
    ref === null
      ? `${url} has no default branch. Name a branch, a tag or a commit: ?ref=NAME.`
      : `${url} has no commit ${ref}, or does not give it away by its id. Name a branch or a tag that holds it.`,
    { url, ref },
  );
}

/** `v1` is `refs/tags/v1` or `refs/heads/v1`. */
async function fullName(git: GitSession, ref: string): Promise<string> {
  const candidates = ref.startsWith('refs/') ? [ref] : [`refs/tags/${ref}`, `refs/heads/${ref}`];
  const there = await remoteRefs(git, [], candidates);
  const found = candidates.filter((name) => there.includes(name));
  const [only] = found;
  if (only === undefined) throw unknownRef(git.url, ref, await remoteRefs(git, ALL, []));
  if (found.length === 1) return only;
  throw notFound(
    `${ref} is a branch and a tag of ${git.url}: say which, ?ref=refs/tags/${ref} or ?ref=refs/heads/${ref}.`,
    { url: git.url, ref },
  );
}

const ALL = ['--heads', '--tags', '--refs'];

async function remoteRefs(
  git: GitSession,
  options: readonly string[],
  patterns: readonly string[],
): Promise<string[]> {
  const listed = await git.ask(['ls-remote', '--quiet', ...options, '--', git.url, ...patterns]);
  return listed
    .toString('utf8')
    .split('\n')
    .flatMap((line) => line.split('\t')[1] ?? []);
}

function unknownRef(url: string, ref: string, there: readonly string[]): Error {
  const names = there.map((name) => name.replace(/^refs\/(?:heads|tags)\//, ''));
  const near = nearest(ref, names);
  const some = names.slice(-NAMES_SHOWN_MAX).join(', ');
  const hints = [
    near === undefined ? null : `Did you mean ${JSON.stringify(near)}?`,
    /^[0-9a-f]{7,}$/.test(ref) ? 'A commit is named by all 40 digits of its id.' : null,
    names.length === 0 ? 'It has no branches and no tags.' : `It has, among others, ${some}.`,
  ];
  const message = `${url} has no branch and no tag ${ref}.`;
  return notFound([message, ...hints.filter((hint) => hint !== null)].join(' '), { url, ref });
}
