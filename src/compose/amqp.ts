import type { Bus } from '../bus/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandom } from '../platform/ids.ts';
import { type GuardTerms, loadGuard } from './guard.ts';

interface Surroundings extends GuardTerms {
  /** It stays: see EngineSettings. */
  isService: boolean;
}

/**
 * RabbitMQ as the bus of this process; undefined where none is configured. It need not answer yet. Of
 * one command it carries events and hints: what others sent is for those who stay.
 */
export async function openAmqp(surroundings: Surroundings): Promise<Bus | undefined> {
  const { config, log, isService } = surroundings;
  const { url, prefix, prefetch } = config.amqp;
  if (url === null) return undefined;
  const [{ createAmqpBus }, guard, { createLocalBus }] = await Promise.all([
    import('../bus/amqp/amqp-bus.ts'),
    loadGuard(surroundings),
    import('../bus/local/local-bus.ts'),
  ]);
  const broker = createAmqpBus({
    address: async () => url,
    prefix,
    prefetch,
    name: `biotope ${process.pid}`,
    clock: systemClock,
    random: systemRandom,
    log,
    breaker: (probe) => guard({ system: 'amqp', title: 'RabbitMQ', behind: ['bus'], probe }),
  });
  return isService ? broker : withOwnWork(broker, createLocalBus({ clock: systemClock }));
}

/** What is worked on stays in this process. */
function withOwnWork(broker: Bus, own: Bus): Bus {
  const { publishEvent, takeEvents, hint, takeHints } = broker;
  return {
    ...own,
    publishEvent,
    takeEvents,
    hint,
    takeHints,
    close: async () => {
      await own.close();
      await broker.close();
    },
  };
}
