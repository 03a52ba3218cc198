import { backoffMs } from '../../platform/backoff.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { Random } from '../../platform/ids.ts';
import type { Settlement } from '../bus.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Delivery } from './delivery.ts';

interface Terms {
  clock: Clock;
  random: Random;
  deadLetters: Pick<DeadLetters, 'bury'>;
  /** Where it came from, for people who look at what is dead. */
  queue: string;
}

/**
 * What could not be recorded is tried again in this hand: given back to the queue it would come back at
 * once, and each time counts against it. Once it is given back soon, as another process may do better;
 * after that not before the broker would take it away anyway (30 min), since most likely the store is
 * away, which is no fault of the message.
 */
const HELD_AT_FIRST_MS = 5_000;
const HELD_MAX_MS = 10 * 60_000;
const AGAIN = { initialDelayMs: 100, delayMaxMs: 5_000 };

/** Settles a delivery as `record` says, once that is durable. */
export async function settle(
  terms: Terms,
  delivery: Delivery,
  record: () => Promise<Settlement>,
): Promise<void> {
  const { clock, random } = terms;
  const { signal, deliveredBefore } = delivery;
  const heldMaxMs = deliveredBefore === 0 ? HELD_AT_FIRST_MS : HELD_MAX_MS;
  const sinceMs = clock.monotonicMs();
  let settlement: Settlement = 'again';
  for (let attempt = 1; ; attempt += 1) {
    // What is recorded as dead needs no second record while it waits to be buried.
    if (settlement === 'again') settlement = await record().catch((): Settlement => 'again');
    if (await isOver(terms, delivery, settlement)) return delivery.acknowledge();
    const isHeldLong = clock.monotonicMs() - sinceMs > heldMaxMs;
    if (!signal.aborted && !isHeldLong) {
      await sleep(clock, backoffMs(AGAIN, attempt, random), signal).catch(() => {});
    }
    if (signal.aborted || isHeldLong) return delivery.putBack();
  }
}

async function isOver(
  { deadLetters, queue }: Terms,
  { message }: Delivery,
  settlement: Settlement,
): Promise<boolean> {
  if (typeof settlement === 'string') return settlement === 'done';
  try {
    await deadLetters.bury(message, { queue, reason: settlement.dead });
    return true;
  } catch {
    return false;
  }
}
