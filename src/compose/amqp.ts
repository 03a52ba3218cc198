import type { Bus } from '../bus/bus.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandom } from '../platform/ids.ts';
import type { Leased } from '../secrets/vault/leased.ts';
import { loadGuard } from './guard.ts';
import { type LeasedTerms, openLeased } from './leased.ts';

interface Surroundings extends LeasedTerms {
  /** It stays: see EngineSettings. */
  isService: boolean;
}

/**
 * RabbitMQ as the bus of this process; undefined where none is configured. It need not answer yet. Of
 * one command it carries events and hints: what others sent is for those who stay.
 */
export async function openAmqp(surroundings: Surroundings): Promise<Bus | undefined> {
  const { config, log, isService } = surroundings;
  const { url, prefix, prefetch, vaultPath } = config.amqp;
  if (url === null) return undefined;
  const [{ createAmqpBus }, guard, { createLocalBus }] = await Promise.all([
    import('../bus/amqp/amqp-bus.ts'),
    loadGuard(surroundings),
    import('../bus/local/local-bus.ts'),
  ]);
  const leased =
    vaultPath === null
      ? undefined
      : await openLeased(surroundings, { path: vaultPath, setting: 'amqp.vaultPath' });
  const broker = createAmqpBus({
    address: leased === undefined ? async () => url : addressWith(leased, url),
    prefix,
    prefetch,
    name: `biotope ${process.pid}`,
    clock: systemClock,
    random: systemRandom,
    log,
    breaker: (probe) => guard({ system: 'amqp', title: 'RabbitMQ', behind: ['bus'], probe }),
  });
  // While the old user lives: what is on its way is sent again, and nothing is refused for long.
  leased?.onChange(() => broker.reconnect('Vault made other credentials'));
  const close = () => broker.close().finally(() => leased?.close());
  const bus = { ...broker, close };
  return isService ? bus : withOwnWork(bus, createLocalBus({ clock: systemClock }));
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

/** Whoever asks again has lost a connection: perhaps the user is gone. */
function addressWith(leased: Pick<Leased, 'read' | 'doubt'>, url: string): () => Promise<string> {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked > LINKS) leased.doubt();
    const { username, password } = await leased.read();
    const address = new URL(url);
    address.username = encodeURIComponent(`${username}`);
    address.password = encodeURIComponent(`${password}`);
    return address.href;
  };
}

/** Connections of one bus, which all ask in the beginning. */
const LINKS = 2;
