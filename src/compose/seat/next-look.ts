import { isRunFinished } from '../../model/run.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Store, Write } from '../../store/store.ts';

/** Thousands of commits a second are not looked at one by one. */
const LOOK_EVERY_MIN_MS = 15;

/**
 * Resolves once something was committed and a moment has passed, or when the time is up. The end of a run
 * is told at once: somebody waits for it.
 */
export function nextLook(store: Store, timeoutMs: number, clock = systemClock): Promise<void> {
  return new Promise((resolve) => {
    let isNews = false;
    let isTime = false;
    const done = () => {
      moment.cancel();
      timeout.cancel();
      forget();
      resolve();
    };
    const moment = clock.setTimer(LOOK_EVERY_MIN_MS, () => {
      isTime = true;
      if (isNews) done();
    });
    const timeout = clock.setTimer(timeoutMs, done);
    const forget = store.watch(({ writes }) => {
      isNews = true;
      if (isTime || writes.some(endsRun)) done();
    });
  });
}

function endsRun(write: Write): boolean {
  return write.kind === 'put' && write.collection === 'runs' && isRunFinished(write.value);
}
