import type { Random } from './ids.ts';

export interface Backoff {
  initialDelayMs: number;
  delayMaxMs: number;
}

/** The pause before attempt `attempt + 1`: doubles, has an upper bound, and half of it is chance. */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  const bound = Math.min(
    backoff.delayMaxMs,
    backoff.initialDelayMs * 2 ** Math.max(0, attempt - 1),
  );
  return Math.round(bound / 2 + (bound / 2) * random());
}
