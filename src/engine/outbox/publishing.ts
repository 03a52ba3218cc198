import type { SequencedEvent } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Backlog } from './backlog.ts';

type Context = Pick<EngineContext, 'store' | 'bus' | 'settings' | 'failpoint' | 'leadership'>;

/** Where a scope stands after its events were offered: what the bus refused, or nothing. */
interface Outcome {
  scope: string;
  refused?: { from: number; error: unknown };
}

/** So that a bus that is away is not asked for every scope there is. */
const SCOPES_TRIED_AGAIN_MAX = 50;

/**
 * Returns what publishes everything that waits. Rejects where the bus refused something; the rest of
 * that scope then stays in the store, and the other scopes go on. The mark stays before the first
 * event that was refused.
 */
export function createPublishing(
  context: Context,
  backlog: Backlog,
): (asksStore: boolean) => Promise<void> {
  const { store, settings, failpoint, leadership } = context;
  /** Scopes of which the bus refused something: the sequence from which on nothing was published. */
  const refused = new Map<string, number>();
  let marked = 0;

  async function publishWaiting(asksStore: boolean): Promise<Outcome[]> {
    while (leadership.isLeading()) {
      const events = await backlog.next(settings.outboxBatchMax, asksStore);
      const last = events.at(-1);
      if (last === undefined) return [];
      const scopes = Map.groupBy(events, ({ event }) => event.scope);
      for (const scope of refused.keys()) scopes.delete(scope);
      failpoint('outbox.before-publish');
      const offered = [...scopes].map(([scope, found]) => publishInOrder(context, scope, found));
      const outcomes = await Promise.all(offered);
      failpoint('outbox.after-publish');
      backlog.done(last.sequence);
      for (const outcome of outcomes) remember(outcome);
      // What follows waits for the next round: the bus may be away.
      if (outcomes.some((outcome) => outcome.refused !== undefined)) return outcomes;
    }
    return [];
  }

  /** Those that were refused again go behind the others. */
  async function tryAgain(): Promise<Outcome[]> {
    const some = [...refused].slice(0, SCOPES_TRIED_AGAIN_MAX);
    return Promise.all(some.map(([scope, from]) => catchUp(scope, from)));
  }

  async function catchUp(scope: string, from: number): Promise<Outcome> {
    const through = backlog.doneThrough;
    const limit = settings.outboxBatchMax;
    for (let afterSequence = from - 1; ; ) {
      const found = await store.events({ scope, afterSequence, limit });
      const missed = found.filter(({ sequence }) => sequence <= through);
      const outcome = await publishInOrder(context, scope, missed);
      remember(outcome);
      if (outcome.refused !== undefined || missed.length < limit) return outcome;
      afterSequence = missed.at(-1)?.sequence ?? through;
    }
  }

  function remember({ scope, refused: what }: Outcome): void {
    refused.delete(scope);
    if (what !== undefined) refused.set(scope, what.from);
  }

  async function mark(): Promise<void> {
    const through = Math.min(backlog.doneThrough, ...[...refused.values()].map((from) => from - 1));
    if (through <= marked) return;
    await store.markPublished(through);
    marked = through;
  }

  return async (asksStore) => {
    const outcomes = [...(await tryAgain()), ...(await publishWaiting(asksStore))];
    await mark();
    const failed = outcomes.find((outcome) => outcome.refused !== undefined);
    if (failed !== undefined) throw failed.refused?.error;
  };
}

/** Up to the first that the bus does not take. */
async function publishInOrder(
  { bus }: Context,
  scope: string,
  events: readonly SequencedEvent[],
): Promise<Outcome> {
  for (const { event, sequence } of events) {
    try {
      await bus.publishEvent(event);
    } catch (error) {
      return { scope, refused: { from: sequence, error } };
    }
  }
  return { scope };
}
