import type { Breaker } from '../../platform/breaker/breaker.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Bus, Subscription } from '../bus.ts';
import { commandWay } from './commands-way.ts';
import type { Consumer } from './consumer.ts';
import { createDeadLetters } from './dead-letters.ts';
import { eventWay } from './events-way.ts';
import { createHints } from './hints.ts';
import { createLink } from './link.ts';
import { orderWay } from './orders-way.ts';
import { createPublisher } from './publisher.ts';
import { reportWay } from './reports-way.ts';
import { declareAll, namesOf } from './topology.ts';

export interface AmqpBusOptions {
  /** Asked for before each connection: user and password in it may change. */
  address(): Promise<string>;
  /** In front of the names of all exchanges and queues. */
  prefix: string;
  /** Commands, and reports, in hand at once. */
  prefetch: number;
  /** For those who look at the broker's connections. */
  name: string;
  clock: Clock;
  random: Random;
  log: Logger;
  breaker(probe: (signal: AbortSignal) => Promise<void>): Breaker;
}

export interface AmqpBus extends Bus {
  breaker: Breaker;
  /** Its connections are made anew, with the address of then. What is on its way comes once more. */
  reconnect(why: string): void;
}

/**
 * RabbitMQ as the bus. It begins to connect at once and waits for nobody: what is to be sent while
 * there is no broker is refused, who takes something gets it once there is one.
 */
export function createAmqpBus(options: AmqpBusOptions): AmqpBus {
  const { prefix, prefetch, clock, random, log } = options;
  const names = namesOf(prefix);
  const base = { clock, random, log };
  // Apart: what a broker under pressure does to who publishes must not keep settlements from it.
  const links = {
    out: createLink({
      ...base,
      ...options,
      name: `${options.name} out`,
      onUp: () => breaker.suspect(),
    }),
    in: createLink({ ...base, ...options, name: `${options.name} in` }),
  };
  const breaker = options.breaker(async () => publisher.demandWell());
  const publisher = createPublisher({
    ...base,
    link: links.out,
    breaker,
    declare: (channel) => declareAll(channel, names),
  });
  const deadLetters = createDeadLetters({ publisher, names, clock });
  const hints = createHints({
    terms: { ...base, link: links.in },
    publisher,
    exchange: names.hints,
  });
  const consumers = new Set<Consumer>();

  async function follow(consumer: Consumer): Promise<Subscription> {
    consumers.add(consumer);
    await consumer.tried();
    return {
      stop: async () => {
        await consumer.stop();
        consumers.delete(consumer);
      },
    };
  }

  const parts = {
    names,
    publisher,
    deadLetters,
    base: { ...base, link: links.in },
    prefetch,
    follow,
  };
  return {
    breaker,
    reconnect: (why) => {
      links.out.renew(why);
      links.in.renew(why);
    },
    ...commandWay(parts),
    ...eventWay(parts),
    ...orderWay(parts),
    ...reportWay(parts),
    hint: hints.tell,
    takeHints: hints.listen,
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await hints.close();
      await publisher.close();
      breaker.close();
      await Promise.all([links.in.close(), links.out.close()]);
    },
  };
}
