import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../platform/process/find-program.ts';
import { runProcess } from '../platform/process/run-process.ts';

const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES_MAX = 1024 * 1024;

/**
 * The commit a folder's content comes from; null where that cannot be said: no Git, no repository,
 * or the folder holds what was not committed.
 */
export async function gitCommitOf(folder: string): Promise<string | null> {
  const git = findProgram('git', process.env.PATH);
  if (git === undefined) return null;
  const status = await statusOf(git, folder);
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status ?? '')?.[1];
  const isClean = status?.split('\n').every((line) => line === '' || line.startsWith('# '));
  return commit !== undefined && isClean === true ? commit : null;
}

async function statusOf(git: string, folder: string): Promise<string | null> {
  const scratch = await mkdtemp(join(tmpdir(), 'biotope-git-'));
  const stdoutFile = join(scratch, 'out');
  try {
    const { exitCode } = await runProcess({
      command: git,
      // No hooks and no file system monitor: looking at a repository must not run its programs.
      args: ['-c', 'core.fsmonitor=false', 'status', '--porcelain=v2', '--branch', '--', '.'],
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', GIT_OPTIONAL_LOCKS: '0', GIT_CONFIG_NOSYSTEM: '1' },
      stdoutFile,
      stderrFile: join(scratch, 'err'),
      input: null,
      signal: new AbortController().signal,
      timeoutMs: TIMEOUT_MS,
      graceMs: TIMEOUT_MS,
      outputBytesMax: OUTPUT_BYTES_MAX,
    });
    return exitCode === 0 ? await readFile(stdoutFile, 'utf8') : null;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
