import { committedEvents } from '../../store/committed-events.ts';
import type { Committed, SequencedEvent, Store, Transaction } from '../../store/store.ts';

/**
 * Events that wait to be published, in the order of their commits. The store is asked at first, and
 * again where something was committed that nobody told here, or too much waits to be remembered:
 *
 *   reading -> remembering   a look that began after the first remembered commit found the rest
 *   remembering -> reading   a gap between two commits, or more than EVENTS_REMEMBERED_MAX
 */
export interface Backlog {
  /** What was committed by this process. Told late, twice or not at all it does no harm. */
  take(transaction: Transaction, committed: Committed): void;
  /** The next ones, at most so many. `asksStore`: what others may have committed counts as well. */
  next(limit: number, asksStore: boolean): Promise<SequencedEvent[]>;
  /** Those through this sequence wait no longer. */
  done(throughSequence: number): void;
  /** Through which sequence nothing waits. */
  readonly doneThrough: number;
}

const EVENTS_REMEMBERED_MAX = 10_000;

export function createBacklog(store: Store): Backlog {
  let doneThrough = 0;
  let isReading = true;
  /** Of commits that follow each other: the first, and what comes after the last. */
  let rememberedFrom: number | null = null;
  let expected: number | null = null;
  let remembered: SequencedEvent[] = [];

  function forget(): void {
    isReading = true;
    rememberedFrom = null;
    remembered = [];
  }

  async function read(limit: number): Promise<SequencedEvent[]> {
    const from = rememberedFrom;
    doneThrough = Math.max(doneThrough, await store.publishedThrough());
    const found = await store.events({ afterSequence: doneThrough, limit });
    const isAll = found.length < limit;
    if (isAll && from !== null && from === rememberedFrom) isReading = false;
    return found;
  }

  return {
    take(transaction, committed) {
      const { sequence } = committed;
      if (expected !== null && sequence < expected) return;
      if (sequence !== expected || remembered.length > EVENTS_REMEMBERED_MAX) forget();
      rememberedFrom ??= sequence;
      expected = sequence + 1;
      const events = committedEvents(transaction, committed);
      remembered.push(...events.filter((one) => one.sequence > doneThrough));
    },
    async next(limit, asksStore) {
      if (isReading || asksStore) return read(limit);
      return remembered.slice(0, limit);
    },
    done(throughSequence) {
      doneThrough = Math.max(doneThrough, throughSequence);
      const left = remembered.findIndex(({ sequence }) => sequence > doneThrough);
      remembered = left === -1 ? [] : remembered.slice(left);
    },
    get doneThrough() {
      return doneThrough;
    },
  };
}
