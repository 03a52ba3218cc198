import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../bin/biotope', import.meta.url));

export interface CliEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliProcess {
  child: ChildProcess;
  /** What it has printed so far, both streams. */
  printed(): string;
  end: Promise<CliEnd>;
}

export interface CliOptions {
  cwd: string;
  env?: Record<string, string>;
  /** What it reads from its standard input. Default: nothing. */
  input?: string;
}

/** Starts the CLI as a person does: its launcher, in a folder. */
export function startCli(
  args: readonly string[],
  { cwd, env = {}, input = '' }: CliOptions,
): CliProcess {
  const child = spawn(LAUNCHER, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: 'pipe',
  });
  // It may end without reading any of it.
  child.stdin.on('error', () => {}).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, printed: () => stdout + stderr, end };
}

export function runCli(args: readonly string[], options: CliOptions): Promise<CliEnd> {
  return startCli(args, options).end;
}
