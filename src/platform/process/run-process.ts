import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type Clock, systemClock } from '../clock.ts';
import { findProgram } from './find-program.ts';
import { writePidFile } from './pid-record.ts';
import type { ProcessRequest, ProcessResult } from './request.ts';
import { type Started, supervise } from './supervise.ts';

/** The program is not there or cannot be executed. Nothing was started. */
export class ProgramNotFoundError extends Error {
  override readonly name = 'ProgramNotFoundError';
  readonly program: string;

  constructor(program: string, cause?: unknown) {
    super(`The program ${program} was not found, or is not executable.`, { cause });
    this.program = program;
  }
}

/**
 * Runs a process to its end, whatever its end is: only a program that cannot be started rejects
 * (ProgramNotFoundError), or an error that a line's receiver threw, after the process was stopped.
 * The process leads a group of its own; on Linux it gets SIGTERM if this process dies.
 */
export async function runProcess(
  request: ProcessRequest,
  clock: Clock = systemClock,
): Promise<ProcessResult> {
  const startedAtMs = clock.nowMs();
  const program = findProgram(request.command, request.env.PATH, request.cwd);
  if (program === undefined) throw new ProgramNotFoundError(request.command);
  if (request.signal.aborted) return neverStarted();
  const { child, pid } = await start(program, request);
  const { end, stopped } = await supervise({ child, pid }, request, clock);
  return {
    ...end,
    pid,
    durationMs: clock.nowMs() - startedAtMs,
    cancelled: stopped === 'cancelled',
    timedOut: stopped === 'timed-out',
    outputExceeded: stopped === 'output-exceeded',
    killed: end.signal === 'SIGKILL',
  };
}

function neverStarted(): ProcessResult {
  const end = { exitCode: null, signal: null, pid: null, durationMs: 0 };
  return { ...end, cancelled: true, timedOut: false, outputExceeded: false, killed: false };
}

async function start(program: string, request: ProcessRequest): Promise<Started> {
  const [command, ...args] = [...wrapping(request), program, ...request.args];
  const stdout = openSync(request.stdoutFile, 'w', 0o600);
  const stderr = openSync(request.stderrFile, 'w', 0o600);
  try {
    const child = spawn(command ?? program, args, {
      cwd: request.cwd,
      env: request.env,
      stdio: [request.input === null ? 'ignore' : 'pipe', stdout, stderr],
      detached: true,
    });
    const pid = child.pid ?? (await whyNotStarted(child, program));
    if (request.pidFile !== undefined) await writePidFile(request.pidFile, pid);
    feed(child, request.input);
    return { child, pid };
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

/**
 * Every program here becomes the next one without another process: the pid stays the same. The shell
 * looks whether we still live, since we may have died before setpriv could ask to be told of it.
 */
function wrapping({ privateFiles = false }: ProcessRequest): string[] {
  const setpriv = findSetpriv();
  const umask = privateFiles ? ['umask 077'] : [];
  if (setpriv === null) {
    return privateFiles ? ['/bin/sh', '-c', [...umask, 'exec "$0" "$@"'].join(' && ')] : [];
  }
  const script = ['test "$PPID" = "$0"', ...umask, 'exec "$@"'].join(' && ');
  const shell = ['/bin/sh', '-c', script, String(process.pid)];
  return [setpriv, '--pdeathsig', 'TERM', '--', ...shell];
}

let knownSetpriv: string | null | undefined;

/** util-linux's: busybox has one of the same name that knows nothing of parents. */
function findSetpriv(): string | null {
  if (knownSetpriv === undefined) {
    const isLinux = process.platform === 'linux';
    const found = isLinux ? findProgram('setpriv', process.env.PATH) : undefined;
    const args = ['--pdeathsig', 'TERM', '--', '/bin/sh', '-c', ''];
    const works = found !== undefined && spawnSync(found, args, { stdio: 'ignore' }).status === 0;
    knownSetpriv = works ? found : null;
  }
  return knownSetpriv;
}

function whyNotStarted(child: ChildProcess, program: string): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', (cause) => reject(new ProgramNotFoundError(program, cause)));
  });
}

function feed(child: ChildProcess, input: string | Uint8Array | null): void {
  if (input === null || child.stdin === null) return;
  // A process may end without reading all of it.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
}
