// One process on this machine, told apart from any later one that gets the same number.
// Plain JavaScript for Node 18 and newer: it runs with whichever node is first on the PATH.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const POLL_MS = 25;

/** When the process began; undefined if there is no such process (any more). */
export function startTimeOf(pid) {
  try {
    if (process.platform !== 'linux') {
      const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
      return text.trim() || undefined;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return fields[0] === 'Z' ? undefined : `${boot}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** `server` is `{ pid, startTime }`. */
export function isAlive(server) {
  return Number.isInteger(server?.pid) && startTimeOf(server.pid) === server.startTime;
}

/** Asks it to end, and makes it end where that does not help. Only exactly this process. */
export async function end(server) {
  for (const [signal, waitMs] of [
    ['SIGTERM', 5_000],
    ['SIGKILL', 5_000],
  ]) {
    if (!isAlive(server)) return;
    process.kill(server.pid, signal);
    const untilMs = Date.now() + waitMs;
    while (isAlive(server) && Date.now() < untilMs) await pause();
  }
  if (isAlive(server)) throw new Error(`process ${server.pid} does not end`);
}

export function pause() {
  return new Promise((resolve) => {
    setTimeout(resolve, POLL_MS);
  });
}

/** What Biotope hands over: `{ input, outputs }`, the outputs being those recorded last. */
export function readOrder() {
  return JSON.parse(readFileSync(0, 'utf8'));
}
