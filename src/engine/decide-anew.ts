import { isBiotopeError } from '../model/errors.ts';
import { backoffMs } from '../platform/backoff.ts';
import { sleep } from '../platform/clock.ts';
import type { EngineContext } from './context.ts';

const TRIES_MAX = 20;
const PAUSE = { initialDelayMs: 2, delayMaxMs: 100 };

/**
 * Decides from what is there, and anew where it was changed before the decision was committed. Has
 * an end: then STORE_CONFLICT goes to whoever asked. `tries`: 1 at first; whoever was refused looks
 * into the store and no longer at what this process remembers.
 */
export async function decideAnew<T>(
  { clock, random }: Pick<EngineContext, 'clock' | 'random'>,
  decide: (tries: number) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await decide(tries);
    } catch (error) {
      if (!isBiotopeError(error, 'STORE_CONFLICT') || tries >= TRIES_MAX) throw error;
      await sleep(clock, backoffMs(PAUSE, tries, random));
    }
  }
}
