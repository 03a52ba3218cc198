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
  let lookAgain = false;
  let isDraining = false;

  async function publishAll(): Promise<void> {
    for (;;) {
      const pending = await store.unpublishedEvents(settings.outboxBatchMax);
      if (pending.length === 0) return;
      failpoint('outbox.before-publish');
      const scopes = Map.groupBy(pending, ({ event }) => event.scope);
      await Promise.all([...scopes.values()].map(publishInOrder));
      failpoint('outbox.after-publish');
      await store.markPublished(pending.map(({ sequence }) => sequence));
    }
  }

  async function publishInOrder(events: Awaited<ReturnType<typeof store.unpublishedEvents>>) {
    for (const { event } of events) await bus.publishEvent(event);
  }

  async function publishUntilQuiet(): Promise<void> {
    try {
      do {
        lookAgain = false;
        await publishAll();
      } while (lookAgain);
    } catch (error) {
      log.warn({ error }, 'events could not be published; tried again soon');
      if (!isDraining) clock.setTimer(PAUSE_MS, look);
    } finally {
      current = null;
    }
  }

  function look(): void {
    lookAgain = true;
    current ??= publishUntilQuiet();
  }

  return {
    look,
    async finish() {
      isDraining = true;
      look();
      while (current !== null) await current;
    },
  };
}
