import type { Clock, Timer } from '../platform/clock.ts';

/** Work that follows from commits and can wait for company. */
export interface Later {
  /** It is done within LATER_MS. */
  need(): void;
  /** Does it now, where it is needed. */
  now(): Promise<void>;
  /** Nothing is done by itself any more. */
  stop(): void;
}

/** The port lets a search lag behind by 2 s. */
const LATER_MS = 1_000;

/** `work` may fail: it is tried again when there is more to do. */
export function createLater(clock: Clock, work: () => Promise<unknown>): Later {
  let timer: Timer | null = null;

  const stop = () => {
    timer?.cancel();
    timer = null;
  };
  const now = async () => {
    if (timer === null) return;
    stop();
    await work();
  };
  return {
    need: () => {
      timer ??= clock.setTimer(LATER_MS, () => {
        now().catch(() => {});
      });
    },
    now,
    stop,
  };
}
