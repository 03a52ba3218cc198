import { connect } from 'amqplib';
import { onTestFinished } from 'vitest';
import { type AmqpBus, createAmqpBus } from '../../src/bus/amqp/amqp-bus.ts';
import { declareCommands, declareDead, namesOf } from '../../src/bus/amqp/topology.ts';
import { createBreaker } from '../../src/platform/breaker/breaker.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemIds, systemRandom } from '../../src/platform/ids.ts';
import { type Logger, silentLogger } from '../../src/platform/logger.ts';

const POOLS = ['default', 'east', 'west'];

const SETTINGS = { failuresMin: 3, windowMs: 30_000, callTimeoutMs: 5_000, probeEveryMs: 200 };

/** Names that nobody else has at the broker. */
export function ownPrefix(): string {
  return `test-${systemIds()}`;
}

export interface BusAt {
  url: string;
  prefix?: string;
  prefetch?: number;
  log?: Logger;
}

/** A bus over a real broker. */
export function amqpBus({ url, prefix = ownPrefix(), prefetch = 256, log }: BusAt): AmqpBus {
  return createAmqpBus({
    address: async () => url,
    prefix,
    prefetch,
    name: 'a test',
    clock: systemClock,
    random: systemRandom,
    log: log ?? silentLogger,
    breaker: (probe) =>
      createBreaker({
        system: 'amqp',
        title: 'RabbitMQ',
        settings: SETTINGS,
        clock: systemClock,
        log: log ?? silentLogger,
        probe,
      }),
  });
}

/** A bus that nobody else uses, with nothing left of it at the broker after the test. */
export function ownAmqpBus(at: Omit<BusAt, 'prefix'>): AmqpBus & { prefix: string } {
  const prefix = ownPrefix();
  const bus = amqpBus({ ...at, prefix });
  onTestFinished(async () => {
    await bus.close();
    await removeTopology(at.url, prefix);
  });
  return { ...bus, prefix };
}

/** Everything of this prefix. */
export async function removeTopology(url: string, prefix: string): Promise<void> {
  const names = namesOf(prefix);
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const queues = [names.commands, names.reports, names.dead, ...POOLS.map(names.ordersOf)];
  for (const queue of queues) await channel.deleteQueue(queue);
  const { commands, events, orders, reports, hints, dead } = names;
  for (const exchange of [commands, events, orders, reports, hints, dead]) {
    await channel.deleteExchange(exchange);
  }
  await connection.close();
}

/** Among the dead letters, as a server would put it there. */
export async function buryMessage({
  url,
  prefix,
  body,
}: {
  url: string;
  prefix: string;
  body: string;
}) {
  const names = namesOf(prefix);
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await declareDead(channel, names);
  const headers = {
    'x-biotope-reason': 'COMMAND_INVALID: There is no command "environment.craete".',
    'x-biotope-queue': names.commands,
    'x-biotope-dead-at': '2026-11-21T08:00:00.000Z',
  };
  await declareCommands(channel, names);
  channel.publish(names.dead, '', Buffer.from(body), { headers, messageId: 'c-1' });
  await channel.waitForConfirms();
  await connection.close();
}
