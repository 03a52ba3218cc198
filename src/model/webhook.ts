/**
 * States of a delivery, one event on its way to one webhook:
 *
 *   pending -> delivered | failed         pending -> pending (an attempt that did not succeed)
 *   delivered, failed -> pending (replayed)
 */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** How the last attempt ended. Holds no secret. */
export interface DeliveryAttempt {
  atMs: number;
  tookMs: number;
  /** Of the answer; null where there was none. */
  status: number | null;
  /** For a person: `503`, `connection refused`. */
  detail: string;
  /** The beginning of the answer's body; null where there was none. */
  answer: string | null;
}

export interface DeliveryRecord {
  /** `<webhook>/<place of the event>`, the key as well. */
  id: string;
  webhook: string;
  status: DeliveryStatus;
  /** What receivers know it by, however often it comes: the header `webhook-id`. */
  messageId: string;
  event: { id: string; type: string; scope: string; sequence: number };
  /** Since it was made, or replayed. */
  attempts: number;
  /** Null once it is over. */
  nextAttemptAtMs: number | null;
  last: DeliveryAttempt | null;
  createdAtMs: number;
  finishedAtMs: number | null;
}

/** How far the events are through which a webhook has its deliveries. */
export interface WebhookRecord {
  name: string;
  /** Of the last event that was looked at. Null: it was made, and does not know yet where to begin. */
  afterSequence: number | null;
}

/** Whose numbers all changes of deliveries take. */
export const WEBHOOKS_SCOPE = '@webhooks';

/** Keys in the order of events. */
const SEQUENCE_DIGITS = 11;

export function deliveryId(webhook: string, sequence: number): string {
  return `${webhook}/${sequence.toString(36).padStart(SEQUENCE_DIGITS, '0')}`;
}

/** Whether one of the patterns means the type: `run.failed`, `run.*`, `*`. */
export function isEventWanted(type: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*') return true;
    return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
  });
}

/** It goes on its way once more. */
export function replayDelivery(delivery: DeliveryRecord, atMs: number): DeliveryRecord {
  return {
    ...delivery,
    status: 'pending',
    attempts: 0,
    nextAttemptAtMs: atMs,
    finishedAtMs: null,
  };
}

export function deliverDelivery(delivery: DeliveryRecord, last: DeliveryAttempt): DeliveryRecord {
  return { ...ended(delivery, last), status: 'delivered' };
}

export function failDelivery(delivery: DeliveryRecord, last: DeliveryAttempt): DeliveryRecord {
  return { ...ended(delivery, last), status: 'failed' };
}

export function postponeDelivery(
  delivery: DeliveryRecord,
  last: DeliveryAttempt,
  nextAttemptAtMs: number,
): DeliveryRecord {
  return { ...delivery, attempts: delivery.attempts + 1, last, nextAttemptAtMs };
}

function ended(delivery: DeliveryRecord, last: DeliveryAttempt): DeliveryRecord {
  const finishedAtMs = last.atMs + last.tookMs;
  const attempts = delivery.attempts + 1;
  return { ...delivery, attempts, last, nextAttemptAtMs: null, finishedAtMs };
}
