import type { DeliveryRecord } from '../model/webhook.ts';
import { isoTime } from './time.ts';

/** One event on its way to one webhook. */
export function deliveryDocument(delivery: DeliveryRecord) {
  const { id, webhook, status, messageId, event, attempts, last } = delivery;
  return {
    id,
    webhook,
    status,
    messageId,
    event: { id: event.id, type: event.type, scope: event.scope },
    attempts,
    nextAttemptAt: isoTime(delivery.nextAttemptAtMs),
    last:
      last === null
        ? null
        : {
            at: isoTime(last.atMs),
            tookMs: last.tookMs,
            status: last.status,
            detail: last.detail,
            answer: last.answer,
          },
    createdAt: isoTime(delivery.createdAtMs),
    finishedAt: isoTime(delivery.finishedAtMs),
  };
}
