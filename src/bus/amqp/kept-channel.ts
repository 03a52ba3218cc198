import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { messageOf } from '../../model/thrown.ts';
import { backoffMs } from '../../platform/backoff.ts';
import { withinTime } from '../../platform/breaker/within-time.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { Random } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Link } from './link.ts';

/**
 * One channel after another, until it is closed: the library brings none back that died alone.
 *
 *   opening -> open -> lost -> opening …        any -> closed
 */
export interface KeptChannel {
  /** Resolves with the end of the first attempt, however that was. */
  tried(): Promise<void>;
  /** Takes no other channel and closes this one. */
  close(): Promise<void>;
}

export interface KeptChannelOptions<C extends Channel> {
  /** For messages: "commands", "orders of pool default". */
  name: string;
  link: Link;
  clock: Clock;
  random: Random;
  log: Logger;
  make(model: ChannelModel): Promise<C>;
  /**
   * Declares, consumes. The channel is lost where this rejects. `giveUp` ends the channel: what it is
   * for does not happen on it any more.
   */
  open(channel: C, giveUp: (why: string) => void): Promise<void>;
  /** What was open is gone, with what was on its way. */
  onLost(): void;
}

const OPEN_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
const REOPEN = { initialDelayMs: 100, delayMaxMs: 5_000 };

export const makeConfirmChannel = (model: ChannelModel): Promise<ConfirmChannel> =>
  model.createConfirmChannel();

export const makeChannel = (model: ChannelModel): Promise<Channel> => model.createChannel();

export function keepChannel<C extends Channel>(options: KeptChannelOptions<C>): KeptChannel {
  const { name, link, clock, random, log } = options;
  const ending = new AbortController();
  const first = Promise.withResolvers<void>();
  let current: C | null = null;

  /** Resolves with the end of a channel that worked. */
  async function serve(model: ChannelModel): Promise<void> {
    const channel = await timely(model, () => options.make(model));
    const lost = Promise.withResolvers<void>();
    channel.once('close', () => lost.resolve());
    channel.on('error', (error) => {
      log.warn({ channel: name, reason: messageOf(error) }, 'RabbitMQ closed a channel');
    });
    const giveUp = (why: string) => {
      if (ending.signal.aborted) return;
      log.warn({ channel: name, reason: why }, 'a channel to RabbitMQ is given up');
      void endChannel(channel, clock).finally(() => lost.resolve());
    };
    try {
      const died = lost.promise.then(() => Promise.reject(new Error('the channel was closed')));
      died.catch(() => {});
      current = channel;
      await timely(model, () => Promise.race([options.open(channel, giveUp), died]));
      first.resolve();
      await lost.promise;
    } finally {
      current = null;
      options.onLost();
      await endChannel(channel, clock);
    }
  }

  /** A connection on which nothing is answered is none. */
  async function timely<T>(model: ChannelModel, work: () => Promise<T>): Promise<T> {
    let isLate = false;
    const late = () => {
      isLate = true;
      return new Error(`no answer within ${OPEN_TIMEOUT_MS} ms`);
    };
    try {
      return await withinTime(work, { clock, timeoutMs: OPEN_TIMEOUT_MS, late });
    } finally {
      if (isLate) link.drop(model, `the channel for ${name} is not answered`);
    }
  }

  async function live(): Promise<void> {
    for (let failures = 0; !ending.signal.aborted; ) {
      try {
        await link.tried();
        if (link.failure() !== null) first.resolve();
        const model = await link.up();
        if (ending.signal.aborted) return;
        await serve(model);
        failures = 0;
      } catch (error) {
        if (ending.signal.aborted) return;
        failures += 1;
        log.warn(
          { channel: name, reason: messageOf(error) },
          'a channel to RabbitMQ was not opened',
        );
        first.resolve();
      }
      const delayMs = backoffMs(REOPEN, failures, random);
      await sleep(clock, delayMs, ending.signal).catch(() => {});
    }
  }

  void live();
  return {
    tried: () => first.promise,
    async close() {
      ending.abort(new Error('closed'));
      first.resolve();
      if (current !== null) await endChannel(current, clock);
    },
  };
}

/** Closing throws at once on a channel that is closed, and waits for ever on one that is not heard. */
async function endChannel(channel: Channel, clock: Clock): Promise<void> {
  const late = () => new Error('not answered');
  const terms = { clock, timeoutMs: CLOSE_TIMEOUT_MS, late };
  await withinTime(() => channel.close(), terms).catch(() => {});
}
