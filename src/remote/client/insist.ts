import { backoffMs } from '../../platform/backoff.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { isWorthAnotherTry } from './failures.ts';

interface InsistenceTerms {
  signal: AbortSignal;
  clock: Clock;
  random: Random;
  log: Logger;
  /** Called once when a server that had answered is silent, and once when it answers again. */
  onSilence?(isSilent: boolean): void;
}

const PAUSES = { initialDelayMs: 200, delayMaxMs: 5_000 };

/** For whom nobody has answered yet: a wrong address is told soon. */
const FIRST_PATIENCE_MS = 2_000;

/** For a server that has answered before: it may be started anew. */
const PATIENCE_MS = 10 * 60_000;

/** Asks again, after growing pauses, as long as that may help. */
export function createInsistence({ signal, clock, random, log, onSilence }: InsistenceTerms) {
  let patienceMs = FIRST_PATIENCE_MS;
  let isSilent = false;
  const answered = () => {
    patienceMs = PATIENCE_MS;
    if (isSilent) onSilence?.(false);
    isSilent = false;
  };
  const waited = () => {
    if (!isSilent && patienceMs === PATIENCE_MS) onSilence?.(true);
    isSilent = patienceMs === PATIENCE_MS;
  };
  return async <T>(attempt: () => Promise<T>): Promise<T> => {
    const untilMs = () => startedAtMs + patienceMs;
    const startedAtMs = clock.nowMs();
    for (let count = 1; ; count += 1) {
      try {
        const answer = await attempt();
        answered();
        return answer;
      } catch (error) {
        if (clock.nowMs() >= untilMs() || !isWorthAnotherTry(error)) throw error;
        log.debug({ err: error }, 'the server is asked again');
      }
      waited();
      await pause(clock, backoffMs(PAUSES, count, random), signal);
    }
  };
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = clock.setTimer(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
