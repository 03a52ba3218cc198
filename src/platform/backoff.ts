import type { Random } from './ids.ts';

export interface Backoff {
  initialDelayMs: number;
  delayMaxMs: number;
}

/** From a millisecond to beyond any bound; without it, no delay at all times infinity is no number. */
const DOUBLINGS_MAX = 50;

/** The pause before attempt `attempt + 1`: doubles, has an upper bound, and half of it is chance. */
export function backoffMs(backoff: Backoff, attempt: number, random: Random): number {
  const doublings = Math.min(DOUBLINGS_MAX, Math.max(0, attempt - 1));
  const bound = Math.min(backoff.delayMaxMs, backoff.initialDelayMs * 2 ** doublings);
  return Math.round(bound / 2 + (bound / 2) * random());
}
