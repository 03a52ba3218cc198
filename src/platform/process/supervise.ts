import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../clock.ts';
import { forget } from './guardian.ts';
import { removePidFile } from './pid-record.ts';
import type { ProcessRequest } from './request.ts';
import { sendSignal } from './stop-process.ts';
import { openTail } from './tail.ts';

/**
 * States of a supervised process:
 *
 *   running -> stopping (aborted, time up, too much output: one stop signal) -> killing -> ended
 *   running, stopping, killing -> ended (by itself)
 */
export type StopReason = 'cancelled' | 'timed-out' | 'output-exceeded' | 'receiver-failed';

export interface Started {
  child: ChildProcess;
  pid: number;
}

export interface Supervised {
  end: { exitCode: number | null; signal: NodeJS.Signals | null };
  stopped: StopReason | null;
}

/** Lines need not come sooner, and a process that ends is drained at once. */
const POLL_EVERY_MS = 100;

export async function supervise(
  started: Started,
  request: ProcessRequest,
  clock: Clock,
): Promise<Supervised> {
  const { child } = started;
  const stopping = createStopping(started, request, clock);
  const output = followOutput(request, clock, stopping);
  const cancel = () => stopping.stop('cancelled');
  request.signal.addEventListener('abort', cancel, { once: true });
  if (request.signal.aborted) cancel();
  const timer = clock.setTimer(request.timeoutMs, () => stopping.stop('timed-out'));
  try {
    const end = await ended(child);
    // Whoever was stopped or killed must not leave children behind that go on with the work.
    if (end.signal !== null || stopping.reason() !== null) stopping.kill();
    output.end();
    return { end, stopped: stopping.reason() };
  } finally {
    timer.cancel();
    stopping.end();
    forget(started.pid);
    if (request.pidFile !== undefined) removePidFile(request.pidFile);
    request.signal.removeEventListener('abort', cancel);
  }
}

function ended(child: ChildProcess): Promise<Supervised['end']> {
  if (hasEnded(child)) {
    return Promise.resolve({ exitCode: child.exitCode, signal: child.signalCode });
  }
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function createStopping({ child, pid }: Started, request: ProcessRequest, clock: Clock) {
  let reason: StopReason | null = null;
  let killTimer: { cancel(): void } | undefined;
  const kill = () => {
    sendSignal(-pid, 'SIGKILL');
  };
  return {
    kill,
    reason: () => reason,
    stop: (why: StopReason) => {
      // A second interrupt would make Terraform give up what it is doing.
      if (reason !== null) return;
      reason = why;
      if (hasEnded(child)) return;
      forget(pid);
      sendSignal(pid, request.stopSignal ?? 'SIGTERM');
      killTimer = clock.setTimer(request.graceMs, kill);
    },
    end: () => killTimer?.cancel(),
  };
}

/** Tells of lines as they come and holds the files to their bound. */
function followOutput(
  request: ProcessRequest,
  clock: Clock,
  { stop, kill }: { stop(why: StopReason): void; kill(): void },
) {
  const tails = [
    openTail(request.stdoutFile, request.onStdoutLine),
    openTail(request.stderrFile, request.onStderrLine),
  ];
  let failure: { cause: unknown } | undefined;

  const look = (read: (tail: (typeof tails)[number]) => number) => {
    try {
      const bytes = tails.reduce((sum, tail) => sum + read(tail), 0);
      if (bytes > request.outputBytesMax) stop('output-exceeded');
      // It goes on: the disk would be full before the grace is over.
      if (bytes > 2 * request.outputBytesMax) kill();
    } catch (cause) {
      failure ??= { cause };
      stop('receiver-failed');
    }
  };
  const poll = () => {
    look((tail) => tail.poll());
    if (failure === undefined) timer = clock.setTimer(POLL_EVERY_MS, poll);
  };
  let timer = clock.setTimer(POLL_EVERY_MS, poll);
  return {
    end: () => {
      timer.cancel();
      if (failure === undefined) look((tail) => tail.end(request.outputBytesMax));
      if (failure !== undefined) throw failure.cause;
    },
  };
}
