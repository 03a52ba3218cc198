import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * A small shell beside this process that outlives it: should this process die, each program that it
 * watches over gets SIGTERM, exactly once. The kernel's own death signal (prctl PR_SET_PDEATHSIG) is
 * of no use here: a dying Node hands its children from thread to thread, the kernel signals at each of
 * these steps, and a second signal makes Terraform quit without recording what it was making.
 *
 * It leads a session of its own, so that what ends this process's group leaves it alone.
 */
const SCRIPT = `
trap '' INT TERM HUP
pids=
while read -r what pid; do
  rest=
  for other in $pids; do test "$other" = "$pid" || rest="$rest $other"; done
  pids=$rest
  test "$what" = watch && pids="$pids $pid"
done
for pid in $pids; do kill -TERM "$pid"; done`;

let guardian: { child: ChildProcess; stdin: Writable } | undefined;
const watched = new Set<number>();

/** Until `forget`, the process gets SIGTERM if we die. */
export function watch(pid: number): void {
  watched.add(pid);
  if (guardian === undefined) guardian = start();
  else guardian.stdin.write(`watch ${pid}\n`);
}

/** For one that has ended or was asked to: its number may be another's soon, one signal is enough. */
export function forget(pid: number): void {
  if (watched.delete(pid)) guardian?.stdin.write(`forget ${pid}\n`);
}

function start(): typeof guardian {
  const child = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = () => {
    if (guardian?.child === child) guardian = undefined;
  };
  child.once('error', ended).once('exit', ended);
  child.unref();
  // Whoever ends it takes only its watch; the next program starts another.
  child.stdin.on('error', () => {});
  if ('unref' in child.stdin) (child.stdin as unknown as { unref(): void }).unref();
  for (const pid of watched) child.stdin.write(`watch ${pid}\n`);
  return { child, stdin: child.stdin };
}
