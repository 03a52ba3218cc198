import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import { findProgram } from './find-program.ts';
import { watch } from './guardian.ts';
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
 * The process leads a group of its own, and gets SIGTERM if this process dies.
 */
export async function runProcess(
  request: ProcessRequest,
  clock: Clock = systemClock,
): Promise<ProcessResult> {
  const program = findProgram(request.command, request.env.PATH, request.cwd);
  if (program === undefined) throw new ProgramNotFoundError(request.command);
  if (request.signal.aborted) return neverStarted();
  const { child, pid } = await start(program, request);
  const { end, stopped } = await supervise({ child, pid }, request, clock);
  return {
    ...end,
    pid,
    cancelled: stopped === 'cancelled',
    timedOut: stopped === 'timed-out',
    outputExceeded: stopped === 'output-exceeded',
    killed: end.signal === 'SIGKILL',
  };
}

function neverStarted(): ProcessResult {
  const end = { exitCode: null, signal: null, pid: null };
  return { ...end, cancelled: true, timedOut: false, outputExceeded: false, killed: false };
}

async function start(program: string, request: ProcessRequest): Promise<Started> {
  const stdout = openSync(request.stdoutFile, 'w', 0o600);
  const stderr = openSync(request.stderrFile, 'w', 0o600);
  try {
    const child = spawn('/bin/sh', ['-c', wrapping(request), program, ...request.args], {
      cwd: request.cwd,
      env: request.env,
      stdio: [request.input === null ? 'ignore' : 'pipe', stdout, stderr, 'pipe'],
      detached: true,
    });
    const pid = child.pid ?? (await whyNotStarted(child, program));
    if (request.pidFile !== undefined) await writePidFile(request.pidFile, pid);
    watch(pid);
    await request.confirm?.();
    giveLeave(child.stdio[3] as Writable, request);
    feed(child, request.input);
    return { child, pid };
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

/**
 * The shell becomes the program, with the same pid, once it is told that somebody knows of it: a
 * program whose parent died before that is never begun, so none can run that nobody finds again.
 */
function wrapping({ privateFiles = false, fileBytesMax }: ProcessRequest): string {
  const umask = privateFiles ? ['umask 077'] : [];
  const bound = fileBytesMax === undefined ? [] : [`ulimit -f ${Math.ceil(fileBytesMax / 512)}`];
  return ['read -r leave <&3', ...umask, ...bound, 'exec "$0" "$@" 3<&-'].join(' && ');
}

function giveLeave(pipe: Writable, { signal }: ProcessRequest): void {
  // It may have been killed before it could read.
  pipe.on('error', () => {});
  // Without a line the shell ends by itself.
  pipe.end(signal.aborted ? '' : '\n');
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
