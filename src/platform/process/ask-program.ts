import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { runProcess } from './run-process.ts';

export interface Question {
  /** Absolute path of the program. */
  program: string;
  args: readonly string[];
  /** All that it sees of the environment, besides HOME: the empty folder in which it runs. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  outputBytesMax: number;
}

/**
 * Runs a program that only answers something, and returns what it printed on stdout; null where it
 * ends otherwise than with exit code 0, takes too long or says too much. Rejects where it cannot be
 * started.
 */
export async function askProgram(question: Question): Promise<string | null> {
  const { program, args, env, timeoutMs, outputBytesMax } = question;
  const scratch = makeTemporaryFolder();
  const stdoutFile = join(scratch, 'out');
  try {
    const { exitCode } = await runProcess({
      command: program,
      args,
      cwd: scratch,
      env: { HOME: scratch, ...env },
      stdoutFile,
      stderrFile: join(scratch, 'err'),
      input: null,
      signal: new AbortController().signal,
      timeoutMs,
      graceMs: timeoutMs,
      outputBytesMax,
    });
    return exitCode === 0 ? await readFile(stdoutFile, 'utf8') : null;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
