import { createHash } from 'node:crypto';
import { isBiotopeError } from '../../model/errors.ts';
import type { BundleFile } from '../../model/template.ts';
import { withPrivateFolder } from '../../platform/private-folder.ts';
import { askingEnvironment } from './environment.ts';
import { findGit } from './find-git.ts';
import { runGit } from './run-git.ts';

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
  host: NodeJS.ProcessEnv = process.env,
): Promise<string | null> {
  const git = await programOrNull(host);
  if (git === null) return null;
  const told = await withPrivateFolder((scratch) => treeOf({ git, scratch, folder, host }));
  if (told === null) return null;
  const { commit, tree } = told;
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

/** The path of Git; null where there is none that can be used. */
async function programOrNull(host: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    return (await findGit(host.PATH)).program;
  } catch (error) {
    if (isBiotopeError(error, 'GIT_MISSING')) return null;
    throw error;
  }
}

interface Asked {
  git: string;
  scratch: string;
  folder: string;
  host: NodeJS.ProcessEnv;
}

async function treeOf(asked: Asked): Promise<{ commit: string; tree: string } | null> {
  const head = await ask(asked, ['rev-parse', '--verify', 'HEAD^{commit}']);
  const commit = /^([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(head ?? '')?.[1];
  if (commit === undefined) return null;
  const tree = await ask(asked, ['ls-tree', '-r', '-z', commit]);
  return tree === null ? null : { commit, tree };
}

/** What Git answers; null where it refuses: no repository, or one of somebody else. */
async function ask(asked: Asked, question: readonly string[]): Promise<string | null> {
  const { process, stdout } = await runGit({
    git: asked.git,
    scratch: asked.scratch,
    args: ['--no-pager', '-c', 'core.fsmonitor=false', ...question],
    cwd: asked.folder,
    env: askingEnvironment(asked.host),
    timeoutMs: TIMEOUT_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
  });
  return process.exitCode === 0 && !process.outputExceeded ? stdout.toString('utf8') : null;
}
