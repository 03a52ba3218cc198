import { onTestFinished } from 'vitest';
import type { EventType } from '../../src/model/event.ts';
import type { DeliveryRecord } from '../../src/model/webhook.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { SecretValue } from '../../src/platform/secret-value.ts';
import type { PostAnswer, PostRequest } from '../../src/post/post.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { DeliveryTerms, Webhook } from '../../src/webhooks/context.ts';
import { createDeliverer, type Deliverer } from '../../src/webhooks/deliverer.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** What came to an imagined receiver. */
export interface Received {
  atMs: number;
  url: string;
  messageId: string;
  /** The event's. */
  id: string;
}

type Answer = Partial<PostAnswer> | 'never';

/** A deliverer over imagined receivers, on a clock that a test lets run. */
export interface WebhookStage {
  clock: VirtualClock;
  store: Store;
  received: Received[];
  /** How a receiver answers from now on, by its address. */
  answers: Map<string, (request: Received) => Answer>;
  commit(scope: string, ...types: EventType[]): Promise<void>;
  start(webhooks: readonly Webhook[]): Promise<Deliverer>;
  deliveries(): Promise<DeliveryRecord[]>;
}

export const TERMS: DeliveryTerms = {
  attemptsMax: 4,
  initialDelayMs: 1_000,
  delayMaxMs: 60_000,
  timeoutMs: 10_000,
  concurrency: 2,
  keepMs: 24 * 3_600_000,
};

export function webhook(name: string, more: Partial<Webhook> = {}): Webhook {
  return {
    name,
    url: `https://${name}.test/`,
    events: ['*'],
    secrets: [new SecretValue('a-secret-of-many-bytes')],
    allowsPrivate: false,
    ...more,
  };
}

export function setWebhookStage(terms: Partial<DeliveryTerms> = {}): WebhookStage {
  const clock = createVirtualClock();
  const store = createSqliteStore({ path: ':memory:', clock });
  const received: Received[] = [];
  const answers: WebhookStage['answers'] = new Map();
  const context = {
    store,
    clock,
    random: () => 1,
    log: silentLogger,
    terms: { ...TERMS, ...terms },
    bodyOf: (event: object) => JSON.stringify(event),
    post: (request: PostRequest, signal: AbortSignal) => post(request, signal),
  };

  function post({ url, headers, body }: PostRequest, signal: AbortSignal): Promise<PostAnswer> {
    const messageId = headers['webhook-id'] ?? '';
    const one = { atMs: clock.nowMs(), url, messageId, id: JSON.parse(body).id };
    received.push(one);
    const answer = answers.get(url)?.(one) ?? {};
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (answer === 'never') return;
      resolve({ status: 204, detail: '204', body: '', retryAfterMs: null, ...answer });
    });
  }

  onTestFinished(() => store.close());
  return {
    clock,
    store,
    received,
    answers,
    commit: async (scope, ...types) => {
      const events = types.map((type) => ({ type, runId: null, address: null, data: {} }));
      await clock.finish(store.commit({ scope, expect: [], writes: [], events }));
    },
    start: async (webhooks) => {
      const deliverer = createDeliverer(context, webhooks);
      await clock.finish(deliverer.start());
      return deliverer;
    },
    deliveries: async () =>
      (await clock.finish(store.find('deliveries'))).map(({ value }) => value),
  };
}
