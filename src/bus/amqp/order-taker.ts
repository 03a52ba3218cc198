import type { Channel, ConsumeMessage } from 'amqplib';
import type { Order } from '../../model/order.ts';
import { backoffMs } from '../../platform/backoff.ts';
import { sleep } from '../../platform/clock.ts';
import type { Consumer, ConsumerTerms } from './consumer.ts';
import { type Delivery, deliveryOf } from './delivery.ts';
import { keepChannel, makeChannel } from './kept-channel.ts';
import { watchConsumer } from './watch.ts';

type Terms = Omit<ConsumerTerms, 'prefetch' | 'handle' | 'isUnacknowledged'> & {
  concurrency: number;
  handle(order: Order, claimed: () => void): Promise<void>;
  /** Undefined where it is no order: it is among the dead letters then. */
  read(message: ConsumeMessage): Promise<Order | undefined>;
};

/** A time in which the broker may send: on one channel, with one bound. */
interface Shift {
  channel: Channel;
  tag: string;
  prefetch: number;
  /** Delivered, and neither acknowledged nor about to be. */
  open: number;
  /** Set once it is to end: what the broker sent before has arrived when it resolves. */
  ended: Promise<void> | null;
}

/** Claims that are asked for at once. */
const PREFETCH_MAX = 32;
const AGAIN = { initialDelayMs: 100, delayMaxMs: 5_000 };

/**
 * An order is acknowledged when it is claimed, and the work goes on: then the broker would send the next
 * one, which nobody here has a place for. So before an acknowledgement that would let too many come the
 * broker is told to send no more, and again to send some once there is a place. What nobody can take
 * stays in the queue, whose length tells how many workers are missing.
 */
export function createOrderTaker(terms: Terms): Consumer {
  const { concurrency, clock, random, log, name } = terms;
  const working = new Set<Promise<void>>();
  const stopping = new AbortController();
  let ground: { channel: Channel; queue: string; gone: AbortSignal } | null = null;
  let shift: Shift | null = null;
  let isBeginning = false;
  let inHand = 0;

  /** How many more could arrive, were this one settled. */
  const isTooMany = ({ prefetch, open }: Shift) => inHand + prefetch - open > concurrency;

  async function begin(): Promise<void> {
    const free = Math.min(concurrency - inHand, PREFETCH_MAX);
    if (ground === null || shift !== null || isBeginning || free <= 0) return;
    if (stopping.signal.aborted) return;
    isBeginning = true;
    const { channel, queue, gone } = ground;
    try {
      await channel.prefetch(free);
      const begun: Shift = { channel, tag: '', prefetch: free, open: 0, ended: null };
      const { consumerTag } = await channel.consume(queue, (message) =>
        message === null ? lose(channel) : take(begun, message, gone),
      );
      begun.tag = consumerTag;
      if (!gone.aborted) shift = begun;
    } finally {
      isBeginning = false;
    }
    if (stopping.signal.aborted && shift !== null) await end(shift);
  }

  function end(ending: Shift): Promise<void> {
    ending.ended ??= ending.channel
      .cancel(ending.tag)
      .then(() => {
        if (shift === ending) shift = null;
      })
      .catch(() => {});
    return ending.ended;
  }

  let lose: (channel: Channel) => void = () => {};

  function take(of: Shift, message: ConsumeMessage, gone: AbortSignal): void {
    inHand += 1;
    of.open += 1;
    const signal = AbortSignal.any([gone, stopping.signal]);
    const delivery = deliveryOf(of.channel, message, { gone, signal });
    const worked = work(of, delivery)
      .catch((error: unknown) =>
        log.error({ err: error, channel: name }, 'an order was not settled'),
      )
      .finally(() => {
        working.delete(worked);
        void renew();
      });
    working.add(worked);
  }

  async function work(of: Shift, delivery: Delivery): Promise<void> {
    let settled: Promise<void> | null = null;
    const release = (how: () => void) => {
      settled ??= settle(of, how);
      return settled;
    };
    try {
      const order = await terms.read(delivery.message);
      if (order !== undefined) {
        await terms.handle(order, () => void release(delivery.acknowledge));
      }
      inHand -= 1;
      await release(delivery.acknowledge);
    } catch {
      if (settled === null) {
        const delayMs = backoffMs(AGAIN, delivery.deliveredBefore + 1, random);
        await sleep(clock, delayMs, delivery.signal).catch(() => {});
      }
      inHand -= 1;
      await release(delivery.putBack);
    }
  }

  async function settle(of: Shift, how: () => void): Promise<void> {
    of.open -= 1;
    const isEnding = of.ended !== null || isTooMany(of);
    if (isEnding) await end(of);
    how();
    if (isEnding) void renew();
  }

  /** There is a place: the broker may send again, and more at once than when there were few. */
  async function renew(): Promise<void> {
    const free = Math.min(concurrency - inHand, PREFETCH_MAX);
    if (shift !== null && shift.ended === null && shift.prefetch * 2 <= free) await end(shift);
    else if (shift?.ended != null) await shift.ended;
    // The channel heard of it: another one follows.
    await begin().catch(() => {});
  }

  const kept = keepChannel({
    ...terms,
    make: makeChannel,
    async open(channel, giveUp) {
      const gone = new AbortController();
      channel.once('close', () => gone.abort(new Error('the channel is gone')));
      const queue = await terms.declare(channel);
      ground = { channel, queue, gone: gone.signal };
      lose = (lost) => {
        if (lost === channel) giveUp('the broker cancelled its consumer');
      };
      await begin();
      const isConsuming = () => shift !== null && shift.ended === null;
      void watchConsumer({ channel, queue, signal: gone.signal, giveUp, clock, isConsuming });
    },
    onLost() {
      ground = null;
      shift = null;
    },
  });

  return {
    tried: kept.tried,
    async stop() {
      stopping.abort(new Error('no more are taken'));
      if (shift !== null) await end(shift);
      while (working.size > 0) await Promise.all(working);
      await kept.close();
    },
  };
}
