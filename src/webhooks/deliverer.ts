import type { Timer } from '../platform/clock.ts';
import type { Committed, Transaction } from '../store/store.ts';
import type { Webhook, WebhookContext } from './context.ts';
import { type Courier, createCourier } from './courier.ts';
import { endStrangers, forgetOldDeliveries } from './housekeeping.ts';

/**
 * Tells webhooks of committed events, those included that were committed while nobody delivered. A
 * webhook that is new begins with what comes.
 */
export interface Deliverer {
  start(): Promise<void>;
  /** Gives up what is under way: it is posted again by the next one. */
  stop(): Promise<void>;
}

/** What others have committed may not have been heard of. */
const LOOK_EVERY_MS = 5_000;

const FORGET_EVERY_MS = 3_600_000;

export function createDeliverer(context: WebhookContext, webhooks: readonly Webhook[]): Deliverer {
  const { store, clock, log } = context;
  const couriers = new Map<string, Courier>(
    webhooks.map((webhook) => [webhook.name, createCourier(context, webhook, rest)]),
  );
  let timer: Timer | null = null;
  let timerAtMs = Number.POSITIVE_INFINITY;
  let forgetAtMs = 0;
  let forgetting: Promise<void> | null = null;
  let unwatch = () => {};
  let isStopped = false;

  function rest(): void {
    schedule(clock.nowMs() + LOOK_EVERY_MS);
  }

  function tick(): void {
    for (const courier of couriers.values()) courier.look();
    forgetNowAndThen();
    timerAtMs = Number.POSITIVE_INFINITY;
    rest();
  }

  function schedule(latestMs: number): void {
    const due = [...couriers.values()].flatMap((courier) => courier.dueAtMs() ?? []);
    const atMs = Math.max(clock.nowMs() + 1, Math.min(latestMs, ...due));
    if (isStopped || atMs >= timerAtMs) return;
    timer?.cancel();
    timerAtMs = atMs;
    timer = clock.setTimer(atMs - clock.nowMs(), tick);
  }

  function forgetNowAndThen(): void {
    if (forgetting !== null || clock.nowMs() < forgetAtMs) return;
    forgetAtMs = clock.nowMs() + FORGET_EVERY_MS;
    forgetting = forgetOldDeliveries(context)
      .catch((error: unknown) => {
        log.warn({ err: error }, 'old deliveries could not be forgotten; tried again later');
      })
      .finally(() => {
        forgetting = null;
      });
  }

  function hear({ writes, events }: Transaction, { number }: Committed): void {
    const deliveries = writes.flatMap((write) =>
      write.collection === 'deliveries' && write.kind === 'put' ? [write.value] : [],
    );
    for (const value of deliveries) couriers.get(value.webhook)?.take({ value, revision: number });
    for (const courier of couriers.values()) {
      if (events.length > 0) courier.look();
      else if (deliveries.length > 0) courier.send();
    }
    if (deliveries.length > 0) rest();
  }

  return {
    async start() {
      await endStrangers(context, webhooks);
      unwatch = store.watch(hear);
      for (const courier of couriers.values()) await courier.begin();
      tick();
    },
    async stop() {
      isStopped = true;
      unwatch();
      timer?.cancel();
      await forgetting;
      await Promise.all([...couriers.values()].map((courier) => courier.stop()));
    },
  };
}
