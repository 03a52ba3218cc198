import type { Clock } from '../clock.ts';

interface Terms {
  clock: Clock;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** What it rejects with when the time is up. */
  late(): Error;
}

/** Rejects when the time is up or the caller goes, even where the work does not listen. */
export function withinTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, timeoutMs, signal, late }: Terms,
): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const end = (reason: unknown) => {
      controller.abort(reason);
      reject(reason);
    };
    const leave = () => end(signal?.reason);
    const timer = clock.setTimer(timeoutMs, () => end(late()));
    signal?.addEventListener('abort', leave, { once: true });
    const settled = () => {
      timer.cancel();
      signal?.removeEventListener('abort', leave);
    };
    // A throw at once is a rejection as well.
    void Promise.resolve()
      .then(() => work(controller.signal))
      .finally(settled)
      .then(resolve, reject);
  });
}
