import type { Channel, ConsumeMessage } from 'amqplib';
import { type Delivery, deliveryOf } from './delivery.ts';
import { type KeptChannelOptions, keepChannel, makeChannel } from './kept-channel.ts';
import { watchConsumer } from './watch.ts';

export interface Consumer {
  tried(): Promise<void>;
  /** Takes no more; resolves once what was in hand is settled. */
  stop(): Promise<void>;
}

export type ConsumerTerms = Pick<
  KeptChannelOptions<Channel>,
  'name' | 'link' | 'clock' | 'random' | 'log'
> & {
  /** Declares what is consumed and returns the name of the queue. */
  declare(channel: Channel): Promise<string>;
  prefetch: number;
  /** Whether messages are gone once they are delivered. */
  isUnacknowledged?: boolean;
  handle(delivery: Delivery): Promise<void>;
};

export function createConsumer(terms: ConsumerTerms): Consumer {
  const { prefetch, isUnacknowledged = false, clock, log, name } = terms;
  const inHand = new Set<Promise<void>>();
  const stopping = new AbortController();
  let consuming: { channel: Channel; tag: string } | null = null;
  let isStopped = false;

  function take(channel: Channel, message: ConsumeMessage, gone: AbortSignal): void {
    const delivery = deliveryOf(channel, message, {
      gone,
      signal: AbortSignal.any([gone, stopping.signal]),
    });
    const handled = terms
      .handle(delivery)
      .catch((error: unknown) => {
        log.error({ err: error, channel: name }, 'a message could not be handled');
        delivery.putBack();
      })
      .finally(() => inHand.delete(handled));
    inHand.add(handled);
  }

  let gone = new AbortController();
  const kept = keepChannel({
    ...terms,
    make: makeChannel,
    async open(channel, giveUp) {
      gone = new AbortController();
      const { signal } = gone;
      const queue = await terms.declare(channel);
      await channel.prefetch(prefetch);
      const { consumerTag } = await channel.consume(
        queue,
        (message) => {
          if (message === null) giveUp('the broker cancelled its consumer');
          else take(channel, message, signal);
        },
        { noAck: isUnacknowledged },
      );
      consuming = { channel, tag: consumerTag };
      void watchConsumer({ channel, queue, signal, giveUp, clock, isConsuming: () => true });
    },
    onLost() {
      consuming = null;
      gone.abort(new Error('the channel is gone'));
    },
  });

  return {
    tried: kept.tried,
    async stop() {
      if (isStopped) return;
      isStopped = true;
      if (consuming !== null) await consuming.channel.cancel(consuming.tag).catch(() => {});
      stopping.abort(new Error('no more are taken'));
      await Promise.all(inHand);
      await kept.close();
    },
  };
}
