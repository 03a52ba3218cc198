import { type ChannelModel, connect } from 'amqplib';
import type { BiotopeError } from '../../model/errors.ts';
import { messageOf } from '../../model/thrown.ts';
import { backoffMs } from '../../platform/backoff.ts';
import { withinTime } from '../../platform/breaker/within-time.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { Random } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { readAddress } from './address.ts';
import { away, closed } from './failures.ts';

/**
 * One connection to RabbitMQ after another, until it is closed:
 *
 *   connecting -> up -> away -> connecting …        any -> closed
 *
 * What happens on it is for those who wait for `up` and hear of its end by their channels.
 */
export interface Link {
  /** The connection that is up, or will be. Rejects with BUS_UNAVAILABLE once the link is closed. */
  up(): Promise<ChannelModel>;
  /** Why there is none; null: there is, or it was not tried yet. */
  failure(): BiotopeError | null;
  /** Resolves with the end of the first attempt, however that was. */
  tried(): Promise<void>;
  /** What RabbitMQ says why it takes no messages; null: it takes them. */
  blocked(): string | null;
  /** Ends this connection: something on it does not answer. Another one follows. */
  drop(model: ChannelModel, why: string): void;
  /** Takes leave of the connection that is up, if one is. Another one follows, with the address of then. */
  renew(why: string): void;
  close(): Promise<void>;
}

export interface LinkOptions {
  /** For messages, and for those who look at the broker's list. */
  name: string;
  /** Asked for before each connection: what it says may change. */
  address(): Promise<string>;
  clock: Clock;
  random: Random;
  log: Logger;
  /** There is a connection. */
  onUp?: (() => void) | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Short: who waits for the broker is to be back soon after it is. */
const RECONNECT = { initialDelayMs: 200, delayMaxMs: 1_500 };
const CLOSE_TIMEOUT_MS = 2_000;

export function createLink(options: LinkOptions): Link {
  const { name, clock, random, log } = options;
  const ending = new AbortController();
  const first = Promise.withResolvers<void>();
  let next = Promise.withResolvers<ChannelModel>();
  let current: ChannelModel | null = null;
  let failure: BiotopeError | null = null;
  let blocked: string | null = null;
  next.promise.catch(() => {});

  /** A connection with somebody who hears of its errors from its first moment on. */
  async function open(): Promise<{ model: ChannelModel; lost: Promise<void> }> {
    const address = readAddress(await options.address());
    const terms = { timeout: CONNECT_TIMEOUT_MS, noDelay: true, keepAlive: true };
    const clientProperties = { connection_name: name };
    const model = await connect(address, { ...terms, clientProperties });
    let why: unknown = null;
    model.on('error', (error) => {
      why = error;
    });
    model.on('blocked', (reason) => {
      blocked = reason;
      log.warn({ link: name, reason }, 'RabbitMQ takes no messages for now');
    });
    model.on('unblocked', () => {
      blocked = null;
      log.info({ link: name }, 'RabbitMQ takes messages again');
    });
    const lost = new Promise<void>((resolve) => {
      model.once('close', (error) => {
        failure = away(
          `The connection to RabbitMQ was lost: ${messageOf(error ?? why ?? 'closed')}`,
        );
        resolve();
      });
    });
    return { model, lost };
  }

  const whyLost = () => failure?.message;

  async function serve(): Promise<void> {
    const { model, lost } = await open();
    if (ending.signal.aborted) return endConnection(model, clock);
    current = model;
    failure = null;
    log.info({ link: name }, 'connected to RabbitMQ');
    next.resolve(model);
    first.resolve();
    options.onUp?.();
    await lost;
    current = null;
    blocked = null;
    if (ending.signal.aborted) return;
    next = Promise.withResolvers();
    next.promise.catch(() => {});
    log.warn({ link: name, reason: whyLost() }, 'RabbitMQ is away; it is tried again');
  }

  async function live(): Promise<void> {
    for (let failures = 0; !ending.signal.aborted; ) {
      try {
        await serve();
        failures = 0;
      } catch (error) {
        failures += 1;
        failure = away(`RabbitMQ does not answer: ${messageOf(error)}`, error);
        const facts = { link: name, reason: messageOf(error) };
        if (failures === 1) log.warn(facts, 'RabbitMQ does not answer; it is tried again');
        else log.debug(facts, 'RabbitMQ does not answer');
        first.resolve();
      }
      const delayMs = backoffMs(RECONNECT, failures, random);
      await sleep(clock, delayMs, ending.signal).catch(() => {});
    }
  }

  const living = live();
  return {
    up: () => (ending.signal.aborted ? Promise.reject(closed()) : next.promise),
    failure: () => failure,
    tried: () => first.promise,
    blocked: () => blocked,
    drop(model, why) {
      if (model !== current) return;
      log.warn({ link: name, reason: why }, 'a connection to RabbitMQ is given up');
      destroy(model);
    },
    renew(why) {
      if (current === null) return;
      log.info({ link: name, reason: why }, 'a connection to RabbitMQ is made anew');
      void endConnection(current, clock);
    },
    async close() {
      if (ending.signal.aborted) return;
      ending.abort(closed());
      first.resolve();
      next.reject(closed());
      if (current !== null) await endConnection(current, clock);
      await living;
    },
  };
}

async function endConnection(model: ChannelModel, clock: Clock): Promise<void> {
  const late = () => new Error('RabbitMQ did not answer');
  try {
    await withinTime(() => model.close(), { clock, timeoutMs: CLOSE_TIMEOUT_MS, late });
  } catch {
    destroy(model);
  }
}

/** The library closes politely, for which the other side has to answer. */
function destroy({ connection }: ChannelModel): void {
  const { stream } = connection as unknown as { stream: { destroy(error?: Error): void } };
  stream.destroy(new Error('given up'));
}
