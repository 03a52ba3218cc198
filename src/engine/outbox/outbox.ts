import type { Timer } from '../../platform/clock.ts';
import type { Committed, Transaction } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { createBacklog } from './backlog.ts';
import { createPublishing } from './publishing.ts';

/**
 * Publishes committed events: at least once, in order within each scope. What cannot be published
 * now stays in the store and is tried again; nothing else waits for it for long. Only who leads
 * publishes: two would do no harm, but do it twice.
 *
 *   resting -> publishing -> resting        publishing -> pausing -> publishing (the bus is away)
 */
export interface Outbox {
  /** This was committed just now. */
  take(transaction: Transaction, committed: Committed): void;
  /** There may be something to publish in the store. */
  look(): void;
  /** A last look; resolves when nothing is under way any more. */
  finish(): Promise<void>;
}

const PAUSE_MS = 1_000;

export function createOutbox(context: EngineContext): Outbox {
  const { clock, log, leadership } = context;
  const backlog = createBacklog(context.store);
  const publishWaiting = createPublishing(context, backlog);
  let current: Promise<void> | null = null;
  let pause: Timer | null = null;
  let again: 'no' | 'remembered' | 'store' = 'no';
  let isDraining = false;
  /** Said once, until some could be published again. */
  let isTold = false;

  async function publishUntilQuiet(): Promise<void> {
    try {
      do {
        const asksStore = again === 'store';
        again = 'no';
        await publishWaiting(asksStore);
      } while (again !== 'no' && leadership.isLeading());
      isTold = false;
    } catch (error) {
      if (!isTold) log.warn({ err: error }, 'events could not be published; tried again soon');
      isTold = true;
      if (!isDraining) pause = clock.setTimer(PAUSE_MS, endPause);
    } finally {
      current = null;
    }
  }

  function endPause(): void {
    pause?.cancel();
    pause = null;
    look();
  }

  /** While it pauses, news wait: each of them would otherwise ask a bus that is away. */
  function begin(): void {
    if (pause === null && leadership.isLeading()) current ??= publishUntilQuiet();
  }

  function look(): void {
    again = 'store';
    begin();
  }

  return {
    take(transaction, committed) {
      backlog.take(transaction, committed);
      if (transaction.events.length === 0) return;
      if (again === 'no') again = 'remembered';
      begin();
    },
    look,
    async finish() {
      isDraining = true;
      endPause();
      while (current !== null) await current;
    },
  };
}
