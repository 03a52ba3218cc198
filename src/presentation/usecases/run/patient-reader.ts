import { BiotopeError } from '../../../model/errors.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { RunView } from '../../pages/live/run-view.ts';

interface Patience {
  /** Null: as long as it takes. */
  untilMs: number | null;
  signal: AbortSignal;
}

/**
 * For a server, which may be silent for a while: whoever has waited long enough, or is interrupted, gets
 * the run as it was last seen. Rejects where nothing was seen yet.
 */
export function createPatientReader(
  read: () => Promise<RunView>,
  { untilMs, signal }: Patience,
): () => Promise<RunView> {
  let last: RunView | undefined;
  return async () => {
    try {
      // The first look tells which run it is: nobody is sent away without that.
      last = await (last === undefined ? read() : inTime(read(), untilMs));
      return last;
    } catch (error) {
      const nowMs = systemClock.nowMs();
      const isOver = signal.aborted || (untilMs !== null && nowMs >= untilMs);
      if (last === undefined || !isOver) throw error;
      return { ...last, nowMs };
    }
  };
}

function inTime<T>(reading: Promise<T>, untilMs: number | null): Promise<T> {
  if (untilMs === null) return reading;
  return new Promise((resolve, reject) => {
    const tooLong = () => reject(new BiotopeError('WAIT_TIMEOUT', { message: TOO_LONG }));
    const timer = systemClock.setTimer(Math.max(0, untilMs - systemClock.nowMs()), tooLong);
    reading.then(resolve, reject).finally(() => timer.cancel());
  });
}

const TOO_LONG = 'The server did not answer in the time that was given.';
