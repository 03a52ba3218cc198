import { connect } from 'amqplib';
import { messageOf } from '../../model/thrown.ts';
import { readAddress } from './address.ts';
import { away } from './failures.ts';
import { namesOf } from './topology.ts';

/** What can be seen of a broker without changing anything there. */
export interface BrokerFacts {
  /** "RabbitMQ 4.0.5" */
  product: string;
  /** Messages that nobody understood; null: no server has made its queues yet. */
  deadLetters: number | null;
}

/** Rejects with BUS_UNAVAILABLE where it does not answer, or lets nobody of this name in. */
export async function inspectBroker(
  { url, prefix }: { url: string; prefix: string },
  timeoutMs: number,
): Promise<BrokerFacts> {
  const model = await connect(readAddress(url), { timeout: timeoutMs }).catch((error: unknown) => {
    throw away(`RabbitMQ does not answer: ${messageOf(error)}`, error);
  });
  model.on('error', () => {});
  try {
    const { product, version } = model.connection.serverProperties;
    const channel = await model.createChannel();
    // To ask for a queue that is not there costs the channel.
    channel.on('error', () => {});
    const dead = await channel.checkQueue(namesOf(prefix).dead).catch(() => null);
    return { product: `${product} ${version}`, deadLetters: dead?.messageCount ?? null };
  } finally {
    await model.close().catch(() => {});
  }
}
