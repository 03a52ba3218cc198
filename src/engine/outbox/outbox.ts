import type { Timer } from '../../platform/clock.ts';
import type { SequencedEvent } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';

/**
 * Publishes committed events: at least once, in order within each scope. What cannot be published
 * now stays in the store and is tried again; nothing else waits for it.
 *
 *   resting -> publishing -> resting        publishing -> pausing -> publishing (the bus is away)
 */
export interface Outbox {
  /** There may be something to publish. */
  look(): void;
  /** A last look; resolves when nothing is under way any more. */
  finish(): Promise<void>;
}

interface Outcome {
  /** Sequences of the events that the bus took. */
  published: number[];
  error?: unknown;
}

const PAUSE_MS = 1_000;

export function createOutbox({
  store,
  bus,
  clock,
  log,
  settings,
  failpoint,
}: EngineContext): Outbox {
  let current: Promise<void> | null = null;
  let pause: Timer | null = null;
  let lookAgain = false;
  let isDraining = false;

  async function publishAll(): Promise<void> {
    for (;;) {
      const pending = await store.unpublishedEvents(settings.outboxBatchMax);
      if (pending.length === 0) return;
      failpoint('outbox.before-publish');
      const scopes = Map.groupBy(pending, ({ event }) => event.scope);
      const outcomes = await Promise.all([...scopes.values()].map(publishInOrder));
      failpoint('outbox.after-publish');
      await store.markPublished(outcomes.flatMap(({ published }) => published));
      const failed = outcomes.find(({ error }) => error !== undefined);
      if (failed !== undefined) throw failed.error;
      // What was committed meanwhile asks for another look.
      if (pending.length < settings.outboxBatchMax) return;
    }
  }

  /** Up to the first that the bus does not take; those before it need not be sent again. */
  async function publishInOrder(events: SequencedEvent[]): Promise<Outcome> {
    const published: number[] = [];
    try {
      for (const { event, sequence } of events) {
        await bus.publishEvent(event);
        published.push(sequence);
      }
      return { published };
    } catch (error) {
      return { published, error };
    }
  }

  async function publishUntilQuiet(): Promise<void> {
    try {
      do {
        lookAgain = false;
        await publishAll();
      } while (lookAgain);
    } catch (error) {
      log.warn({ err: error }, 'events could not be published; tried again soon');
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
  function look(): void {
    lookAgain = true;
    if (pause === null) current ??= publishUntilQuiet();
  }

  return {
    look,
    async finish() {
      isDraining = true;
      endPause();
      while (current !== null) await current;
    },
  };
}
