import type { Clock, Timer } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/ids.ts';

/**
 * A clock on which time passes only when a test says so. Whatever is over this clock happens in one
 * order: a `soon` or a timer is called, all that follows from it by promises is over before the next
 * one. Work outside of it (files, sockets, processes) is not waited for.
 */
export interface VirtualClock extends Clock {
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  /** Lets time pass, halting at every timer on the way. */
  advance(durationMs: number): Promise<void>;
  /** Lets as much time pass as the work needs. Rejects where it would need more than `withinMs`. */
  finish<T>(work: Promise<T>, withinMs?: number): Promise<T>;
  readonly timersWaiting: number;
}

export interface VirtualClockOptions {
  startMs?: number;
  /** Chooses among what is due at the same moment. Default: first come, first served. */
  random?: Random;
}

interface VirtualTimer {
  dueMs: number;
  callback: () => void;
}

const HOUR_MS = 3_600_000;
const CALLBACKS_PER_MOMENT_MAX = 1_000_000;

export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { startMs = Date.UTC(2026, 0, 1), random = () => 0 } = options;
  const timers = new Set<VirtualTimer>();
  const soon: (() => void)[] = [];
  let nowMs = startMs;

  function setTimer(delayMs: number, callback: () => void): Timer {
    if (Number.isNaN(delayMs)) throw new Error('a timer without a time');
    const timer = { dueMs: nowMs + Math.max(0, delayMs), callback };
    timers.add(timer);
    return { cancel: () => timers.delete(timer) };
  }

  async function settle(): Promise<void> {
    for (let called = 0; called < CALLBACKS_PER_MOMENT_MAX; called += 1) {
      await promisesToRest();
      const [callback] = soon.splice(Math.floor(random() * soon.length), 1);
      if (callback === undefined) return;
      callback();
    }
    throw new Error(`no rest after ${CALLBACKS_PER_MOMENT_MAX} callbacks at one moment`);
  }

  function nextTimer(): VirtualTimer | undefined {
    let dueMs = Number.POSITIVE_INFINITY;
    for (const timer of timers) dueMs = Math.min(dueMs, timer.dueMs);
    const due = [...timers].filter((timer) => timer.dueMs === dueMs);
    return due[Math.floor(random() * due.length)];
  }

  async function fire(timer: VirtualTimer): Promise<void> {
    timers.delete(timer);
    nowMs = Math.max(nowMs, timer.dueMs);
    timer.callback();
    await settle();
  }

  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer,
    soon: (callback) => {
      soon.push(callback);
    },
    settle,
    async advance(durationMs) {
      const endMs = nowMs + durationMs;
      await settle();
      for (let next = nextTimer(); next !== undefined && next.dueMs <= endMs; next = nextTimer()) {
        await fire(next);
      }
      nowMs = Math.max(nowMs, endMs);
    },
    async finish(work, withinMs = HOUR_MS) {
      const endMs = nowMs + withinMs;
      const over = { is: false };
      const end = () => {
        over.is = true;
      };
      work.then(end, end);
      await settle();
      while (!over.is) {
        const next = nextTimer();
        if (next === undefined) throw new Error('it waits for something that never comes');
        if (next.dueMs > endMs) throw new Error(`it needs more than ${withinMs} ms`);
        await fire(next);
      }
      return work;
    },
    get timersWaiting() {
      return timers.size;
    },
  };
}

/** Between two callbacks of its loop Node settles every promise that can be. */
function promisesToRest(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
