import { isBiotopeError } from '../model/errors.ts';
import { type Backoff, backoffMs } from '../platform/backoff.ts';
import { type Clock, sleep } from '../platform/clock.ts';
import type { Random } from '../platform/ids.ts';

export interface Insistence {
  clock: Clock;
  random: Random;
  /** Ends the attempts: rejects with its reason. */
  signal: AbortSignal;
  /** Bound for errors that promise to pass. Default: none, the signal ends it. */
  attemptsMax?: number;
  onFailure?(error: unknown, attempt: number): void;
}

const BACKOFF: Backoff = { initialDelayMs: 100, delayMaxMs: 5_000 };

/** An error of unknown kind may be a broken line or a broken program: it gets some attempts only. */
const UNKNOWN_ERRORS_MAX = 10;

/** Calls until it succeeds. An error that no repetition mends is passed on at once. */
export async function insist<T>(call: () => Promise<T>, terms: Insistence): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    terms.signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      terms.onFailure?.(error, attempt);
      if (attempt >= attemptsFor(error, terms)) throw error;
    }
    await sleep(terms.clock, backoffMs(BACKOFF, attempt, terms.random), terms.signal);
  }
}

function attemptsFor(
  error: unknown,
  { attemptsMax = Number.POSITIVE_INFINITY }: Insistence,
): number {
  if (!isBiotopeError(error)) return Math.min(attemptsMax, UNKNOWN_ERRORS_MAX);
  return error.entry.retryable ? attemptsMax : 1;
}
