import type { ConfirmChannel, Message } from 'amqplib';
import { messageOf } from '../../model/thrown.ts';
import type { Breaker } from '../../platform/breaker/breaker.ts';
import { asBusFailure, away, closed } from './failures.ts';
import { type KeptChannelOptions, keepChannel, makeConfirmChannel } from './kept-channel.ts';
import type { Link } from './link.ts';

export interface Outgoing {
  exchange: string;
  routingKey: string;
  body: Buffer;
  messageId?: string | undefined;
  contentType?: string;
  headers?: Record<string, unknown>;
  /** Whether it is nothing unless it comes into a queue. */
  isMandatory?: boolean;
}

/** Messages that RabbitMQ answers for, over a connection that does nothing else. */
export interface Publisher {
  /**
   * Resolves once it is kept. Rejects with BUS_UNAVAILABLE; it may have been kept all the same.
   * `declare`: makes the queue that it is for, where there is none.
   */
  publish(message: Outgoing, declare?: Declare): Promise<void>;
  /** Nobody answers for it. */
  send(message: Outgoing): void;
  /** Something to be asked of the broker. */
  ask<T>(question: (channel: ConfirmChannel) => Promise<T>): Promise<T>;
  /** Rejects where no message could be published now. */
  demandWell(): void;
  tried(): Promise<void>;
  close(): Promise<void>;
}

type Declare = (channel: ConfirmChannel) => Promise<unknown>;

type Terms = Pick<KeptChannelOptions<ConfirmChannel>, 'clock' | 'random' | 'log'> & {
  link: Link;
  breaker: Breaker;
  declare: Declare;
};

/** What nobody has answered for yet is in memory. */
const UNCONFIRMED_BYTES_MAX = 64 * 1024 * 1024;
const UNCONFIRMED_MAX = 10_000;

/** By this a returned message is known again: ids may be the same. */
const SENT_HEADER = 'x-biotope-sent';

export function createPublisher(terms: Terms): Publisher {
  const { link, breaker, declare } = terms;
  const returned = new Set<number>();
  let open = Promise.withResolvers<ConfirmChannel>();
  let isClosed = false;
  let isOpen = false;
  let sent = 0;
  let unconfirmed = 0;
  let unconfirmedBytes = 0;
  open.promise.catch(() => {});

  const kept = keepChannel({
    ...terms,
    name: 'publishing',
    make: makeConfirmChannel,
    async open(channel) {
      channel.on('return', ({ properties }: Message) => {
        returned.add(Number(properties.headers?.[SENT_HEADER]));
      });
      await declare(channel);
      isOpen = true;
      open.resolve(channel);
    },
    onLost() {
      returned.clear();
      if (isOpen) {
        open = Promise.withResolvers();
        open.promise.catch(() => {});
      }
      isOpen = false;
    },
  });

  function demandWell(): void {
    if (isClosed) throw closed();
    const blocked = link.blocked();
    if (blocked !== null) throw away(`RabbitMQ takes no messages for now: ${blocked}.`);
    const failure = link.failure();
    if (failure !== null) throw failure;
  }

  function demandRoom(): void {
    if (unconfirmed < UNCONFIRMED_MAX && unconfirmedBytes < UNCONFIRMED_BYTES_MAX) return;
    throw away(`RabbitMQ has not answered for ${unconfirmed} messages: no more are sent for now.`);
  }

  async function channelNow(): Promise<ConfirmChannel> {
    demandWell();
    return open.promise;
  }

  async function put(message: Outgoing): Promise<'kept' | 'returned'> {
    const channel = await channelNow();
    demandRoom();
    sent += 1;
    const mark = sent;
    const { exchange, routingKey, body, isMandatory = false } = message;
    const options = { ...optionsOf(message, mark), mandatory: isMandatory };
    unconfirmed += 1;
    unconfirmedBytes += body.length;
    try {
      // Whether its buffer is full does not matter: what is under way has a bound of its own.
      await new Promise<void>((resolve, reject) => {
        channel.publish(exchange, routingKey, body, options, (error) => {
          if (error) reject(away(`RabbitMQ did not keep it: ${messageOf(error)}`, error));
          else resolve();
        });
      });
    } finally {
      unconfirmed -= 1;
      unconfirmedBytes -= body.length;
    }
    return returned.delete(mark) ? 'returned' : 'kept';
  }

  /** A queue that is gone is declared, once. */
  async function putSurely(message: Outgoing, prepare = declare): Promise<void> {
    if ((await put(message)) === 'kept') return;
    await prepare(await channelNow());
    if ((await put(message)) === 'kept') return;
    throw away(`RabbitMQ has no queue for ${message.exchange}, ${message.routingKey}.`);
  }

  async function call<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw closed();
    try {
      return await breaker.call(work);
    } catch (error) {
      throw asBusFailure(error);
    }
  }

  return {
    publish: (message, prepare) => call(() => putSurely(message, prepare)),
    send(message) {
      if (isClosed || !isOpen || link.blocked() !== null) return;
      void put(message).catch(() => {});
    },
    ask: (question) => call(async () => question(await channelNow())),
    demandWell,
    tried: kept.tried,
    async close() {
      isClosed = true;
      open.reject(closed());
      await kept.close();
    },
  };
}

function optionsOf({ messageId, contentType, headers }: Outgoing, mark: number) {
  return {
    persistent: true,
    contentType: contentType ?? 'application/cloudevents+json; charset=utf-8',
    headers: { ...headers, [SENT_HEADER]: mark },
    ...(messageId === undefined ? {} : { messageId }),
  };
}
