import type { EventDraft } from '../model/event.ts';
import {
  type Committed,
  EVENTS_PER_TRANSACTION_MAX,
  type SequencedEvent,
  type Transaction,
} from './store.ts';

/** An event's stable name: receivers drop repetitions by it, whatever store it came from. */
function eventId(scope: string, number: number, index: number): string {
  return `${scope}:${number}.${index}`;
}

/** A transaction's events take its place in the feed, each with its own index behind that. */
function eventSequence(sequence: number, index: number): number {
  return sequence * EVENTS_PER_TRANSACTION_MAX + index;
}

/** The last place that an event of this transaction can have: all later ones come behind it. */
export function endOfChange(sequence: number): number {
  return eventSequence(sequence + 1, 0) - 1;
}

/** The place in the feed of the transaction that an event belongs to. */
export function changeSequence(eventAt: number): number {
  return Math.floor(eventAt / EVENTS_PER_TRANSACTION_MAX);
}

/** The events of a transaction as they are found in the store once it is committed. */
export function committedEvents(
  { scope, events }: Pick<Transaction, 'scope'> & { events: readonly EventDraft[] },
  { number, sequence, atMs }: Committed,
): SequencedEvent[] {
  return events.map(({ type, runId, address, data }, index) => ({
    sequence: eventSequence(sequence, index),
    event: {
      id: eventId(scope, number, index),
      scope,
      number,
      index,
      type,
      runId,
      address,
      data,
      atMs,
    },
  }));
}
