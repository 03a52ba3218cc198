import type { Clock, Timer } from '../../../src/platform/clock.ts';

/**
 * A process as its system sees it:
 *
 *   running -> stopped (SIGSTOP) -> running (SIGCONT)       running, stopped -> dead (SIGKILL)
 *
 * While it is stopped its timers wait and no answer reaches it; once it is dead, never any more.
 */
export interface Process {
  readonly name: string;
  /** As the process sees it. */
  readonly clock: Clock;
  readonly isDead: boolean;
  readonly isRunning: boolean;
  kill(): void;
  stop(durationMs: number): void;
  /** A call to the outside: neither begins nor is answered unless the process runs. */
  through<T>(work: () => Promise<T>): Promise<T>;
  onDeath(listener: () => void): void;
}

export function createProcess(
  name: string,
  world: { clock: Clock; clockIsFastMs: number },
): Process {
  const { clock, clockIsFastMs } = world;
  const held: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const listeners: (() => void)[] = [];
  let isDead = false;
  let stoppedUntilMs = 0;
  let isStopped = false;

  /** Calls back when the process runs. */
  function deliver(callback: () => void): void {
    if (isDead) return;
    if (isStopped) held.push(callback);
    else callback();
  }

  /** What became due meanwhile happens one after the other, then the answers arrive. */
  function wake(): void {
    if (isDead || clock.nowMs() < stoppedUntilMs) return;
    isStopped = false;
    const next = () => {
      if (isStopped || isDead) return;
      const callback = held.shift();
      if (callback === undefined) {
        for (const resolve of waiting.splice(0)) resolve();
        return;
      }
      callback();
      clock.soon(next);
    };
    next();
  }

  function turn(): Promise<void> | undefined {
    if (isDead) return new Promise(() => {});
    if (!isStopped) return undefined;
    return new Promise((resolve) => waiting.push(resolve));
  }

  function setTimer(delayMs: number, callback: () => void): Timer {
    let isCancelled = false;
    const timer = clock.setTimer(delayMs, () =>
      deliver(() => {
        if (!isCancelled) callback();
      }),
    );
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  async function through<T>(work: () => Promise<T>): Promise<T> {
    await turn();
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await turn();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  return {
    name,
    clock: {
      nowMs: () => clock.nowMs() + clockIsFastMs,
      monotonicMs: () => clock.monotonicMs(),
      setTimer,
      soon: (callback) => clock.soon(() => deliver(callback)),
    },
    get isDead() {
      return isDead;
    },
    get isRunning() {
      return !isDead && !isStopped;
    },
    kill() {
      if (isDead) return;
      isDead = true;
      for (const listener of listeners.splice(0)) listener();
    },
    stop(durationMs) {
      if (isDead) return;
      isStopped = true;
      stoppedUntilMs = clock.nowMs() + durationMs;
      clock.setTimer(durationMs, wake);
    },
    through,
    onDeath(listener) {
      listeners.push(listener);
    },
  };
}
