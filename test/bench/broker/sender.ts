import { connect } from 'amqplib';

/** Another program, which sends commands and hears events. */
export interface Sender {
  /** Resolves once the event says that the environment is as wanted; rejects where it failed. */
  bring(name: string, wanted: 'ok' | 'destroyed', data?: object): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  wanted: string;
  resolve(): void;
  reject(error: Error): void;
}

export async function openSender(url: string): Promise<Sender> {
  const connection = await connect(url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('biotope.events', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'biotope.events', 'environment.*');
  const waiting = new Map<string, Waiting>();
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      const { type, subject } = JSON.parse(message.content.toString());
      const who = waiting.get(subject);
      if (type === `environment.${who?.wanted}`) who?.resolve();
      else if (type === 'environment.failed') who?.reject(new Error(`${subject} failed`));
    },
    { noAck: true },
  );
  let sent = 0;

  function publish(type: string, data: object): void {
    sent += 1;
    const id = `bench-${process.pid}-${sent}`;
    const event = { specversion: '1.0', id, source: 'urn:bench', type, data };
    const properties = { messageId: id, persistent: true, mandatory: true };
    channel.publish('biotope.commands', type, Buffer.from(JSON.stringify(event)), properties);
  }

  return {
    bring: (name, wanted, data = {}) =>
      new Promise<void>((resolve, reject) => {
        waiting.set(name, { wanted, resolve, reject });
        const type = wanted === 'ok' ? 'environment.create' : 'environment.destroy';
        publish(type, { name, ...data });
      }).finally(() => waiting.delete(name)),
    close: () => connection.close(),
  };
}
