import { type Clock, sleep, systemClock } from '../clock.ts';
import { isAlive, type ProcessRecord } from './pid-record.ts';

const LOOK_EVERY_MS = 50;

/** Sends a signal to a process, or with a negative pid to its group. False: there is none. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

export interface StopRequest {
  signal?: NodeJS.Signals;
  graceMs: number;
  clock?: Clock;
}

/**
 * Ends a process that `runProcess` started in another life: one signal, a time of grace, then
 * SIGKILL for its whole group. `killed`: nobody can tell how far it came.
 */
export async function stopProcess(
  record: ProcessRecord,
  { signal = 'SIGTERM', graceMs, clock = systemClock }: StopRequest,
): Promise<'ended' | 'killed'> {
  if (!(await isAlive(record))) return 'ended';
  sendSignal(record.pid, signal);
  const hasEnded = await waitForEnd(record, graceMs, { clock });
  endGroup(record);
  if (hasEnded) return 'ended';
  await waitForEnd(record, graceMs, { clock });
  return 'killed';
}

/**
 * Kills what a process left behind in its group, so that nothing goes on with its work. Only for one
 * that was seen alive a moment ago: later its number may be another's.
 */
export function endGroup(record: ProcessRecord): void {
  sendSignal(-record.pid, 'SIGKILL');
}

/** True once the process has ended, false when the time is up first. */
export async function waitForEnd(
  record: ProcessRecord,
  timeoutMs: number,
  { clock, signal }: { clock: Clock; signal?: AbortSignal },
): Promise<boolean> {
  const untilMs = clock.nowMs() + timeoutMs;
  while (await isAlive(record)) {
    if (clock.nowMs() >= untilMs) return false;
    await sleep(clock, LOOK_EVERY_MS, signal);
  }
  return true;
}
