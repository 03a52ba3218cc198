import type { Clock } from '../../../src/platform/clock.ts';

/** Time stands still until a test moves it. Timers fire in their order, at their time. */
export interface ManualClock extends Clock {
  /** Moves on, and lets what was set off come to rest after every timer. */
  advance(ms: number): Promise<void>;
}

export function createManualClock(startMs = 1_000_000): ManualClock {
  const timers = new Set<{ atMs: number; callback: () => void }>();
  let nowMs = startMs;

  const nextUntil = (endMs: number) =>
    [...timers]
      .filter(({ atMs }) => atMs <= endMs)
      .sort((left, right) => left.atMs - right.atMs)
      .at(0);

  return {
    nowMs: () => nowMs,
    setTimer: (delayMs, callback) => {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.add(timer);
      return {
        cancel: () => {
          timers.delete(timer);
        },
      };
    },
    soon: (callback) => {
      setImmediate(callback);
    },
    advance: async (ms) => {
      const endMs = nowMs + ms;
      await rest();
      for (let timer = nextUntil(endMs); timer !== undefined; timer = nextUntil(endMs)) {
        nowMs = Math.max(nowMs, timer.atMs);
        timers.delete(timer);
        timer.callback();
        await rest();
      }
      nowMs = endMs;
    },
  };
}

/** A few turns of the event loop: enough for everything that waits for nothing but itself. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
