import { connect } from 'amqplib';
import { seconds } from '../figure.ts';

/** What the broker itself takes for a message: published, confirmed, delivered, acknowledged. */
export interface BrokerFloor {
  /** Seconds for so many, this many under way at once. */
  pass(messages: number, atOnce: number): Promise<number>;
  close(): Promise<void>;
}

const QUEUE = 'bench.floor';

/** A durable quorum queue and lasting messages, as ours are; no time is lost to Nagle. */
export async function openFloor(url: string, bodyBytes: number): Promise<BrokerFloor> {
  const [publishing, consuming] = await Promise.all([
    connect(url, { noDelay: true }),
    connect(url, { noDelay: true }),
  ]);
  const publisher = await publishing.createConfirmChannel();
  const consumer = await consuming.createChannel();
  await consumer.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  const body = Buffer.alloc(bodyBytes, ' ');
  let took = () => {};
  await consumer.prefetch(1_000);
  await consumer.consume(QUEUE, (message) => {
    if (message === null) return;
    consumer.ack(message);
    took();
  });

  function pass(messages: number, atOnce: number): Promise<number> {
    return seconds(
      () =>
        new Promise<void>((resolve) => {
          let sent = 0;
          let taken = 0;
          const send = () => {
            sent += 1;
            publisher.sendToQueue(QUEUE, body, { persistent: true });
          };
          took = () => {
            taken += 1;
            if (taken === messages) resolve();
            else if (sent < messages) send();
          };
          for (let at = 0; at < Math.min(atOnce, messages); at += 1) send();
        }),
    );
  }

  return {
    pass,
    close: async () => {
      await consumer.deleteQueue(QUEUE);
      await Promise.all([publishing.close(), consuming.close()]);
    },
  };
}
