import type { BiotopeError } from '../model/errors.ts';
import type { Breaker } from '../platform/breaker/breaker.ts';
import type { Clock } from '../platform/clock.ts';

/** What a database behind the store's port says when something goes wrong. */
export interface Failures {
  /** As the port says it; ours pass unchanged. */
  translate(error: unknown): BiotopeError;
  /** Another transaction was in the way: the same again may succeed. */
  isWorthRetrying(error: unknown): boolean;
  /** The store is closed. */
  closed(): BiotopeError;
}

export type Guarded = <T>(work: () => Promise<T>) => Promise<T>;

interface Dependencies {
  breaker: Breaker;
  clock: Clock;
  /** Of an answer that is awaited without suspicion. */
  callTimeoutMs: number;
  failures: Failures;
}

/** Every wait inside a call has an end of its own; this is only beyond them all. */
const CALL_ENDS_MS = 3_600_000;

/**
 * Runs calls where the database is thought to be there, and tells the breaker of one that is slow: whether
 * that means anything, its probe finds out.
 */
export function createGuarded({ breaker, clock, callTimeoutMs, failures }: Dependencies): Guarded {
  return async (work) => {
    const slow = clock.setTimer(callTimeoutMs, () => breaker.suspect());
    const translated = async () => {
      try {
        return await work();
      } catch (error) {
        throw failures.translate(error);
      }
    };
    try {
      return await breaker.call(translated, { timeoutMs: CALL_ENDS_MS });
    } catch (error) {
      throw failures.translate(error);
    } finally {
      slow.cancel();
    }
  };
}
