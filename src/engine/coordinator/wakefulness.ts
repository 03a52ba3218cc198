import type { EngineContext } from '../context.ts';

/**
 * Whether this process has been awake long enough to judge the silence of others: after a sleep (a
 * closed laptop, a stopped process) heartbeats have to be given the time to arrive first.
 */
export interface Wakefulness {
  tick(): void;
  isAwake(): boolean;
}

export function createWakefulness({ clock, settings }: EngineContext): Wakefulness {
  const sleepMs = Math.max(settings.claimLeaseMs / 3, settings.tickMs * 4);
  let lastTickAtMs = clock.nowMs();
  let awakeFromMs = 0;
  return {
    tick() {
      const nowMs = clock.nowMs();
      if (nowMs - lastTickAtMs > sleepMs) awakeFromMs = nowMs + settings.claimLeaseMs;
      lastTickAtMs = nowMs;
    },
    isAwake: () => clock.nowMs() >= awakeFromMs,
  };
}
