import type { EventRecord } from '../model/event.ts';
import {
  type DeliveryAttempt,
  type DeliveryRecord,
  deliverDelivery,
  failDelivery,
  postponeDelivery,
} from '../model/webhook.ts';
import { backoffMs } from '../platform/backoff.ts';
import type { PostAnswer } from '../post/post.ts';
import type { Webhook, WebhookContext } from './context.ts';
import { signedHeaders } from './signature.ts';

const GONE = 410;

/**
 * One attempt at a delivery, and what becomes of it. Rejects with the signal's reason once that is
 * aborted: then nobody knows whether it has arrived, and it is attempted again.
 */
export async function attemptDelivery(
  context: WebhookContext,
  webhook: Webhook,
  { delivery, signal }: { delivery: DeliveryRecord; signal: AbortSignal },
): Promise<DeliveryRecord> {
  const { clock, post, terms } = context;
  const atMs = clock.nowMs();
  const event = await eventOf(context, delivery);
  if (event === undefined) return failDelivery(delivery, unsent(atMs, 'its event is not kept'));
  const body = context.bodyOf(event);
  const { messageId } = delivery;
  const timestamp = Math.floor(atMs / 1_000);
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'biotope',
    ...signedHeaders({ messageId, timestamp, body }, webhook.secrets),
  };
  const { url, allowsPrivate } = webhook;
  const { timeoutMs } = terms;
  const answer = await post({ url, headers, body, timeoutMs, allowsPrivate }, signal);
  const { status, detail } = answer;
  const last = { atMs, tookMs: clock.nowMs() - atMs, status, detail, answer: answer.body };
  return judged(context, delivery, { answer, last });
}

async function eventOf(
  { store }: WebhookContext,
  { event: { scope, sequence } }: DeliveryRecord,
): Promise<EventRecord | undefined> {
  const [found] = await store.events({ scope, afterSequence: sequence - 1, limit: 1 });
  return found?.sequence === sequence ? found.event : undefined;
}

function judged(
  { terms, random, clock }: WebhookContext,
  delivery: DeliveryRecord,
  { answer, last }: { answer: PostAnswer; last: DeliveryAttempt },
): DeliveryRecord {
  const status = answer.status ?? 0;
  if (status >= 200 && status <= 299) return deliverDelivery(delivery, last);
  const attempt = delivery.attempts + 1;
  if (status === GONE || attempt >= terms.attemptsMax) return failDelivery(delivery, last);
  const pauseMs = Math.max(backoffMs(terms, attempt, random), answer.retryAfterMs ?? 0);
  return postponeDelivery(delivery, last, clock.nowMs() + pauseMs);
}

/** An end without an attempt. */
export function unsent(atMs: number, detail: string): DeliveryAttempt {
  return { atMs, tookMs: 0, status: null, detail, answer: null };
}
