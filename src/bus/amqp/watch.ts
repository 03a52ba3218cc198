import type { Channel } from 'amqplib';
import { type Clock, sleep } from '../../platform/clock.ts';

/** How often it is looked whether the broker knows of the consumer. */
const WATCH_EVERY_MS = 15_000;
const WATCH_TIMEOUT_MS = 10_000;

interface Watched {
  channel: Channel;
  queue: string;
  signal: AbortSignal;
  giveUp(why: string): void;
  clock: Clock;
  /** Whether it should have a consumer now. */
  isConsuming(): boolean;
}

/** A connection may live and its consumer be gone. */
export async function watchConsumer({
  channel,
  queue,
  signal,
  giveUp,
  clock,
  isConsuming,
}: Watched): Promise<void> {
  while (!signal.aborted) {
    await sleep(clock, WATCH_EVERY_MS, signal).catch(() => {});
    if (signal.aborted) return;
    const late = clock.setTimer(WATCH_TIMEOUT_MS, () => giveUp('the broker does not answer'));
    try {
      const { consumerCount } = await channel.checkQueue(queue);
      if (consumerCount === 0 && isConsuming()) giveUp('the broker knows of no consumer');
    } catch {
      // Then the channel is closed, and that is heard of.
    } finally {
      late.cancel();
    }
  }
}
