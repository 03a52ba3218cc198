import { BiotopeError } from '../../model/errors.ts';
import { backoffMs } from '../../platform/backoff.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import { createFifo } from '../../platform/fifo.ts';
import type { Settlement, Subscription } from '../bus.ts';

/**
 * Each item goes to one taker, in order of arrival:
 *
 *   waiting -> in hand -> done | pausing (it is to be delivered again) -> waiting
 *
 * What waits does so in memory: whoever sent it must be able to send it again after a restart.
 */
export interface WorkQueue<T> {
  /** Throws BUS_UNAVAILABLE where it is full or closed. */
  add(item: T): void;
  /** At most `concurrency` items are in this taker's hand. A rejection counts as `again`. */
  take(concurrency: number, handle: (item: T) => Promise<Settlement>): Subscription;
  /** Those in nobody's hand, whether they were delivered before or not. */
  waiting(): number;
  /** Delivers nothing more and forgets what waits. What is in hand may end. */
  close(): void;
}

interface Parcel<T> {
  item: T;
  deliveries: number;
}

interface Taker<T> {
  concurrency: number;
  inHand: number;
  handle: (item: T) => Promise<Settlement>;
  /** Called when the last item leaves a hand that takes no more. */
  whenEmpty: (() => void)[];
}

const REDELIVERY = { initialDelayMs: 100, delayMaxMs: 5_000 };

/** Takers of one process gain nothing from scattering their pauses. */
const noChance = () => 0;

export function createWorkQueue<T>(options: {
  clock: Clock;
  /** For messages: "commands", "orders of pool default". */
  name: string;
  waitingMax: number;
}): WorkQueue<T> {
  const { clock, name, waitingMax } = options;
  const waiting = createFifo<Parcel<T>>();
  const pauses = new Set<Timer>();
  const takers: Taker<T>[] = [];
  let isScheduled = false;
  let isClosed = false;

  const schedule = () => {
    if (isScheduled || isClosed || waiting.size === 0) return;
    isScheduled = true;
    clock.soon(() => {
      isScheduled = false;
      deliverAll();
    });
  };

  const deliverAll = () => {
    while (!isClosed) {
      const taker = nextTaker(takers);
      const parcel = taker && waiting.shift();
      if (taker === undefined || parcel === undefined) return;
      taker.inHand += 1;
      void deliver(taker, parcel);
    }
  };

  const deliver = async (taker: Taker<T>, parcel: Parcel<T>) => {
    const settlement = await settle(taker, parcel.item);
    taker.inHand -= 1;
    if (settlement === 'again') pause({ ...parcel, deliveries: parcel.deliveries + 1 });
    if (taker.inHand === 0) for (const empty of taker.whenEmpty.splice(0)) empty();
    schedule();
  };

  const pause = (parcel: Parcel<T>) => {
    if (isClosed) return;
    const timer = clock.setTimer(backoffMs(REDELIVERY, parcel.deliveries, noChance), () => {
      pauses.delete(timer);
      waiting.putBack(parcel);
      schedule();
    });
    pauses.add(timer);
  };

  const stop = (taker: Taker<T>): Promise<void> => {
    const at = takers.indexOf(taker);
    if (at >= 0) takers.splice(at, 1);
    if (taker.inHand === 0) return Promise.resolve();
    return new Promise((resolve) => taker.whenEmpty.push(resolve));
  };

  return {
    add: (item) => {
      if (isClosed) throw unavailable(`The bus takes no more ${name}: it is closed.`);
      if (waiting.size + pauses.size >= waitingMax) {
        throw unavailable(
          `The bus takes no more ${name}: ${waitingMax} are waiting. Send it later.`,
        );
      }
      waiting.push({ item, deliveries: 0 });
      schedule();
    },
    take: (concurrency, handle) => {
      const taker: Taker<T> = { concurrency, inHand: 0, handle, whenEmpty: [] };
      takers.push(taker);
      schedule();
      return { stop: () => stop(taker) };
    },
    waiting: () => waiting.size + pauses.size,
    close: () => {
      isClosed = true;
      for (const timer of pauses) timer.cancel();
      pauses.clear();
    },
  };
}

/** One with room; it goes to the end of the line, so that all get their share. */
function nextTaker<T>(takers: Taker<T>[]): Taker<T> | undefined {
  const at = takers.findIndex((taker) => taker.inHand < taker.concurrency);
  const [taker] = at < 0 ? [] : takers.splice(at, 1);
  if (taker !== undefined) takers.push(taker);
  return taker;
}

async function settle<T>(taker: Taker<T>, item: T): Promise<Settlement> {
  try {
    return await taker.handle(item);
  } catch {
    return 'again';
  }
}

function unavailable(message: string): BiotopeError {
  return new BiotopeError('BUS_UNAVAILABLE', { message });
}
