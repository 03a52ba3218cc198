import type { Channel } from 'amqplib';

/**
 * What Biotope has at the broker, all of it behind one prefix:
 *
 *   <prefix>.commands (topic)   -> <prefix>.commands
 *   <prefix>.events   (topic)   -> whoever binds a queue
 *   <prefix>.orders   (direct)  -> <prefix>.orders.<pool>
 *   <prefix>.reports  (direct)  -> <prefix>.reports
 *   <prefix>.hints    (fanout)  -> a queue of each process
 *   <prefix>.dead     (fanout)  -> <prefix>.dead
 *
 * Declared by whoever uses it, again and again: whatever was deleted is there again.
 */
export interface Names {
  commands: string;
  events: string;
  orders: string;
  reports: string;
  hints: string;
  dead: string;
  ordersOf(pool: string): string;
}

export function namesOf(prefix: string): Names {
  return {
    commands: `${prefix}.commands`,
    events: `${prefix}.events`,
    orders: `${prefix}.orders`,
    reports: `${prefix}.reports`,
    hints: `${prefix}.hints`,
    dead: `${prefix}.dead`,
    ordersOf: (pool) => `${prefix}.orders.${pool}`,
  };
}

/** A message that so many takers were lost with is not delivered again: it may be what they die of. */
const DELIVERIES_MAX = 20;

/** Looking at a dead letter counts as a delivery: none is lost by that. */
const LOOKS_MAX = 1_000_000_000;

const quorum = { 'x-queue-type': 'quorum' };

/** No dead letter is lost on its way, for which a queue must refuse instead of dropping. */
function lasting(names: Names) {
  return {
    durable: true,
    arguments: {
      ...quorum,
      'x-delivery-limit': DELIVERIES_MAX,
      'x-dead-letter-exchange': names.dead,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  };
}

const durable = { durable: true };

export async function declareAll(channel: Channel, names: Names): Promise<void> {
  await declareDead(channel, names);
  await channel.assertExchange(names.events, 'topic', durable);
  await channel.assertExchange(names.orders, 'direct', durable);
  await channel.assertExchange(names.hints, 'fanout', durable);
  await declareCommands(channel, names);
  await declareReports(channel, names);
}

export async function declareDead(channel: Channel, names: Names): Promise<void> {
  await channel.assertExchange(names.dead, 'fanout', durable);
  const terms = { ...quorum, 'x-delivery-limit': LOOKS_MAX };
  await channel.assertQueue(names.dead, { durable: true, arguments: terms });
  await channel.bindQueue(names.dead, names.dead, '');
}

export async function declareCommands(channel: Channel, names: Names): Promise<void> {
  await channel.assertExchange(names.commands, 'topic', durable);
  await channel.assertQueue(names.commands, lasting(names));
  await channel.bindQueue(names.commands, names.commands, '#');
}

export async function declareReports(channel: Channel, names: Names): Promise<void> {
  await channel.assertExchange(names.reports, 'direct', durable);
  await channel.assertQueue(names.reports, lasting(names));
  await channel.bindQueue(names.reports, names.reports, names.reports);
}

/** Returns how many orders of the pool nobody has taken. */
export async function declarePool(channel: Channel, names: Names, pool: string): Promise<number> {
  await channel.assertExchange(names.orders, 'direct', durable);
  const queue = names.ordersOf(pool);
  const { messageCount } = await channel.assertQueue(queue, lasting(names));
  await channel.bindQueue(queue, names.orders, pool);
  return messageCount;
}

/** Goes with the connection that made it. */
export async function declareOwn(
  channel: Channel,
  exchange: string,
  type: 'topic' | 'fanout',
): Promise<string> {
  await channel.assertExchange(exchange, type, durable);
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
  await channel.bindQueue(queue, exchange, type === 'topic' ? '#' : '');
  return queue;
}
