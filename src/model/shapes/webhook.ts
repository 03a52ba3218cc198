import type { DeliveryAttempt, DeliveryRecord, DeliveryStatus, WebhookRecord } from '../webhook.ts';
import { nullOr, number, oneOf, shaped, text, time } from './check.ts';

export const webhookRecord = shaped<WebhookRecord>({ name: text, afterSequence: nullOr(number) });

export const deliveryRecord = shaped<DeliveryRecord>({
  id: text,
  webhook: text,
  status: oneOf<DeliveryStatus>({ pending: true, delivered: true, failed: true }),
  messageId: text,
  event: shaped<DeliveryRecord['event']>({ id: text, type: text, scope: text, sequence: number }),
  attempts: number,
  nextAttemptAtMs: nullOr(time),
  last: nullOr(
    shaped<DeliveryAttempt>({
      atMs: time,
      tookMs: number,
      status: nullOr(number),
      detail: text,
      answer: nullOr(text),
    }),
  ),
  createdAtMs: time,
  finishedAtMs: nullOr(time),
});
