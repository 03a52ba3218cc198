import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRequest, ProcessResult } from '../../platform/process/request.ts';
import { runProcess } from '../../platform/process/run-process.ts';

export interface GitCall
  extends Pick<ProcessRequest, 'args' | 'cwd' | 'env' | 'timeoutMs' | 'outputBytesMax'> {
  /** The program. */
  git: string;
  /** Folder for what it says, one call after the other. */
  scratch: string;
  input?: string;
  signal?: AbortSignal;
  fileBytesMax?: number;
}

export interface GitAnswer {
  process: ProcessResult;
  stdout: Buffer;
  /** The beginning of what it said beside its answer. */
  stderr: string;
}

const GRACE_MS = 5_000;
const STDERR_CHARACTERS_MAX = 8_000;

/** Runs Git to its end, whatever its end is. What it writes is its owner's alone. */
export async function runGit({ git, scratch, ...call }: GitCall): Promise<GitAnswer> {
  const stdoutFile = join(scratch, 'out');
  const stderrFile = join(scratch, 'err');
  const process = await runProcess({
    input: null,
    signal: new AbortController().signal,
    ...call,
    command: git,
    stdoutFile,
    stderrFile,
    graceMs: GRACE_MS,
    privateFiles: true,
  });
  if (process.pid === null) return { process, stdout: Buffer.alloc(0), stderr: '' };
  const isWhole = !process.outputExceeded;
  return {
    process,
    stdout: isWhole ? await readFile(stdoutFile) : Buffer.alloc(0),
    stderr: isWhole ? (await readFile(stderrFile, 'utf8')).slice(0, STDERR_CHARACTERS_MAX) : '',
  };
}
