/** Time as the rest of the house sees it, so that a test can replay it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. May jump; compare leases with a margin. */
  nowMs(): number;
  /** Milliseconds since some moment. Never jumps: for how long something took, or is past. */
  monotonicMs(): number;
  /** Calls back once, not before `delayMs` have passed. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /** Calls back once the work in hand is done: the door through which work is grouped. */
  soon(callback: () => void): void;
}

export interface Timer {
  cancel(): void;
}

/** Node's own bound, 25 days; a longer delay would end at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (leftMs: number) => {
      const then = leftMs <= TIMER_MAX_MS ? callback : () => wait(leftMs - TIMER_MAX_MS);
      timer = setTimeout(then, Math.min(leftMs, TIMER_MAX_MS));
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  soon: (callback) => {
    setImmediate(callback);
  },
};

/** Resolves after `delayMs`, or rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
