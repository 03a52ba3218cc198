import { setTimeout as pause } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect, type Message } from 'amqplib';

/**
 * Another program: it knows the broker, the names of exchanges and the shape of a message, and nothing
 * else of Biotope. What it sends it sends again until the broker has it, and every event is kept in a
 * queue of its own.
 */
export interface Producer {
  send(command: { id: string; type: string; data: object }): Promise<void>;
  /** Ids of the events it has seen. */
  seen: ReadonlySet<string>;
  end(): Promise<void>;
}

const SOURCE = 'urn:test:producer';
const QUEUE = 'test.events';
const AGAIN_AFTER_MS = 200;

export async function startProducer(url: string): Promise<Producer> {
  const seen = new Set<string>();
  const returned = new Set<string>();
  let isOver = false;
  let connection: ChannelModel | undefined;
  let channel: ConfirmChannel | undefined;

  async function open(): Promise<ConfirmChannel> {
    connection = await connect(url, { noDelay: true });
    const lost = () => {
      channel = undefined;
    };
    connection.on('error', lost).on('close', lost);
    const opened = await connection.createConfirmChannel();
    opened.on('error', lost).on('close', lost);
    opened.on('return', ({ properties }: Message) => returned.add(properties.messageId));
    await opened.assertExchange('biotope.events', 'topic', { durable: true });
    await opened.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await opened.bindQueue(QUEUE, 'biotope.events', '#');
    await opened.consume(QUEUE, (message) => {
      if (message === null) return lost();
      seen.add(JSON.parse(message.content.toString()).id);
      opened.ack(message);
    });
    return opened;
  }

  async function insist<T>(work: (over: ConfirmChannel) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        channel ??= await open();
        return await work(channel);
      } catch (error) {
        if (isOver) throw error;
        channel = undefined;
        await connection?.close().catch(() => {});
        await pause(AGAIN_AFTER_MS);
      }
    }
  }

  const watching = (async () => {
    while (!isOver) {
      await insist(async () => {}).catch(() => {});
      await pause(AGAIN_AFTER_MS);
    }
  })();

  return {
    seen,
    send: ({ id, type, data }) =>
      insist(async (over) => {
        await publish(over, { id, type, data });
        if (returned.delete(id)) throw new Error('no queue takes it');
      }),
    end: async () => {
      isOver = true;
      await watching;
      await connection?.close().catch(() => {});
    },
  };
}

const CONFIRMED_WITHIN_MS = 5_000;

/** A CloudEvent in structured mode. Rejects where the broker does not answer for it. */
function publish(
  channel: ConfirmChannel,
  { id, type, data }: { id: string; type: string; data: object },
): Promise<void> {
  const json = 'application/json';
  const event = { specversion: '1.0', id, source: SOURCE, type, datacontenttype: json, data };
  const properties = { messageId: id, persistent: true, mandatory: true };
  const body = Buffer.from(JSON.stringify(event));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no confirm')), CONFIRMED_WITHIN_MS);
    channel.publish('biotope.commands', type, body, properties, (error) => {
      clearTimeout(late);
      if (error) reject(error);
      else resolve();
    });
  });
}
