import { isBiotopeError } from '../model/errors.ts';
import type { DeliveryRecord } from '../model/webhook.ts';
import type { Stored } from '../store/store.ts';
import { attemptDelivery } from './attempt.ts';
import type { Webhook, WebhookContext } from './context.ts';
import { createEnlisting } from './enlist.ts';
import { createLine } from './line.ts';
import { recordDelivery } from './record.ts';

/**
 * Delivers to one webhook, at least once and with the same id: what was posted and could not be
 * recorded is posted again. It shares nothing with others but the store.
 *
 *   resting -> looking -> resting        any -> stopped (posts under way are given up)
 */
export interface Courier {
  /** Reads what was on its way when the last one stopped. */
  begin(): Promise<void>;
  /** News of a delivery. */
  take(stored: Stored<DeliveryRecord>): void;
  /** Something may have been committed that it wants to hear of. Cheap to call. */
  look(): void;
  /** Sends what is due. */
  send(): void;
  /** When something is due that waits; null: nothing, or there is no place for it now. */
  dueAtMs(): number | null;
  stop(): Promise<void>;
}

/** Beyond that events wait where they are. */
const PENDING_MAX = 10_000;

const PAUSE_MS = 5_000;

/** `onRest`: an attempt is over, and when the next one is due may have changed. */
export function createCourier(
  context: WebhookContext,
  webhook: Webhook,
  onRest: () => void,
): Courier {
  const { store, clock, log, terms } = context;
  const line = createLine();
  const enlisting = createEnlisting(context, webhook, line.take);
  const underWay = new Set<Promise<void>>();
  const abort = new AbortController();
  let looking: Promise<void> | null = null;
  let lookAgain = false;

  async function lookNow(): Promise<void> {
    try {
      await enlisting.look(() => line.size < PENDING_MAX && !abort.signal.aborted);
    } catch (error) {
      log.warn({ err: error, webhook: webhook.name }, 'events could not be read; tried again soon');
    }
    send();
  }

  function send(): void {
    while (underWay.size < terms.concurrency && !abort.signal.aborted) {
      const next = line.next(clock.nowMs());
      if (next === undefined) return;
      const work: Promise<void> = deliver(next).finally(() => {
        underWay.delete(work);
        line.end(next.value);
        if (line.size === PENDING_MAX - 1) look();
        send();
        onRest();
      });
      underWay.add(work);
    }
  }

  async function deliver(stored: Stored<DeliveryRecord>): Promise<void> {
    const { value: delivery } = stored;
    try {
      const terms = { delivery, signal: abort.signal };
      const after = await attemptDelivery(context, webhook, terms);
      line.take(await recordDelivery(store, stored, after));
      tell(after);
    } catch (error) {
      if (abort.signal.aborted) return;
      line.delay(delivery.id, clock.nowMs() + PAUSE_MS);
      await readAnew(delivery.id, error);
    }
  }

  /** Somebody replayed it meanwhile, or the store is away. */
  async function readAnew(id: string, cause: unknown): Promise<void> {
    if (!isBiotopeError(cause, 'STORE_CONFLICT')) {
      const facts = { err: cause, webhook: webhook.name, delivery: id };
      log.warn(facts, 'a delivery could not be recorded; it is made again');
      return;
    }
    const found = await store.get('deliveries', id).catch(() => undefined);
    if (found !== undefined) line.take(found);
  }

  function tell({ id, status, event, attempts, last }: DeliveryRecord): void {
    const facts = { webhook: webhook.name, delivery: id, event: event.type, attempts };
    const told = { ...facts, answer: last?.detail };
    if (status === 'delivered') log.debug(told, 'an event was delivered');
    else if (status === 'failed') log.warn(told, 'an event was not delivered, and is given up');
    else log.info(told, 'an event was not delivered; tried again later');
  }

  function look(): void {
    if (abort.signal.aborted) return;
    if (looking !== null) {
      lookAgain = true;
      return;
    }
    looking = lookNow().finally(() => {
      looking = null;
      if (!lookAgain) return;
      lookAgain = false;
      clock.soon(look);
    });
  }

  return {
    async begin() {
      const where = { webhook: webhook.name, status: 'pending' };
      for (const stored of await store.find('deliveries', { where })) line.take(stored);
      look();
    },
    take: line.take,
    look,
    send,
    dueAtMs: () => (underWay.size < terms.concurrency ? line.dueAtMs() : null),
    async stop() {
      abort.abort(new Error('stopped'));
      await looking;
      await Promise.all(underWay);
      await enlisting.save();
    },
  };
}
