import { createHash } from 'node:crypto';
import type { BundleFile } from '../model/template.ts';
import { askProgram } from '../platform/process/ask-program.ts';
import { findProgram } from '../platform/process/find-program.ts';

const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The commit that holds exactly these files of a folder; null where there is none, or where that
 * cannot be said. No program is run that the repository's configuration names: Git is asked for
 * names and digests only, the files are compared with them here. A file that the repository keeps in
 * another form than it has in the folder (line ends, filters) is therefore not recognised.
 */
export async function gitCommitOf(
  folder: string,
  files: readonly BundleFile[],
): Promise<string | null> {
  const git = findProgram('git', process.env.PATH);
  if (git === undefined) return null;
  const head = await ask(git, folder, ['rev-parse', '--verify', 'HEAD^{commit}']);
  const commit = /^([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(head ?? '')?.[1];
  if (commit === undefined) return null;
  const tree = await ask(git, folder, ['ls-tree', '-r', '-z', commit]);
  if (tree === null) return null;
  const committed = new Set(tree.split('\0'));
  const algorithm = commit.length === 40 ? 'sha1' : 'sha256';
  return files.every((file) => committed.has(entryOf(file, algorithm))) ? commit : null;
}

/** A file as `git ls-tree` tells it. */
function entryOf({ path, executable, contentBase64 }: BundleFile, algorithm: string): string {
  const content = Buffer.from(contentBase64, 'base64');
  const digest = createHash(algorithm).update(`blob ${content.length}\0`).update(content);
  return `${executable ? '100755' : '100644'} blob ${digest.digest('hex')}\t${path}`;
}

/** What Git answers; null where it refuses: no repository, or one of somebody else. */
function ask(git: string, folder: string, question: string[]): Promise<string | null> {
  return askProgram({
    program: git,
    args: ['--no-pager', '-c', 'core.fsmonitor=false', ...question],
    folder,
    env: environment(),
    timeoutMs: TIMEOUT_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
  });
}

/** The user's own settings hold (`safe.directory`). Nothing is fetched that a partial clone lacks. */
function environment(): Record<string, string> {
  const { PATH = '', HOME, XDG_CONFIG_HOME } = process.env;
  return {
    PATH,
    ...(HOME === undefined ? {} : { HOME }),
    ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
  };
}
