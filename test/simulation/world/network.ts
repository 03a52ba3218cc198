import type { Bus, CommandDelivery, Settlement, Subscription } from '../../../src/bus/bus.ts';
import { createLocalBus } from '../../../src/bus/local/local-bus.ts';
import { BiotopeError } from '../../../src/model/errors.ts';
import type { EventRecord } from '../../../src/model/event.ts';
import type { Order } from '../../../src/model/order.ts';
import { type Clock, sleep } from '../../../src/platform/clock.ts';
import type { Chronicle } from '../model/chronicle.ts';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';
import type { Weather } from './weather.ts';

interface Surroundings {
  clock: Clock;
  weather: Weather;
  chance: Chance;
  chronicle: Chronicle;
  /** An event was published, as far as its publisher knows or not. */
  onEvent(event: EventRecord): void;
  onAcknowledged(delivery: CommandDelivery): void;
}

/** A bus, and the bad lines on which processes reach it. */
export interface Network {
  /** As one process sees it. */
  lineOf(process: Process): Bus;
  /** As people reach it. */
  send(delivery: CommandDelivery): Promise<void>;
  close(): Promise<void>;
}

const ORDER_LATE_MS = 30_000;
/** Long enough for its step to be at another attempt. */
const ORDER_AGAIN_MS = 60_000;

/** Over the local bus: what it promises to whoever uses it is kept, what it does not is broken. */
export function createNetwork(around: Surroundings): Network {
  const bus = createLocalBus({ clock: inOrder(around.clock) });
  return {
    lineOf: (process) => createLine(process, bus, around),
    send: (delivery) => bus.sendCommand(delivery),
    close: () => bus.close(),
  };
}

function createLine(process: Process, bus: Bus, around: Surroundings): Bus {
  const { weather, chance, chronicle } = around;

  /** The death of a taker gives back what it had in hand. */
  function taking(subscription: Subscription): Subscription {
    process.onDeath(() => void subscription.stop());
    return subscription;
  }

  const untilDeath = () =>
    new Promise<'again'>((resolve) => process.onDeath(() => resolve('again')));

  async function settle(
    delivery: CommandDelivery,
    handle: (delivery: CommandDelivery) => Promise<Settlement>,
  ): Promise<Settlement> {
    if (process.isDead) return 'again';
    const settlement = await Promise.race([
      process.through(() => handle(delivery)).catch((): Settlement => 'again'),
      untilDeath(),
    ]);
    chronicle.note(
      process.name,
      () => `settles ${delivery.messageId}: ${JSON.stringify(settlement)}`,
    );
    if (settlement !== 'again') around.onAcknowledged(delivery);
    return chance.in100(weather.commandsTwice) ? 'again' : settlement;
  }

  async function publishEvent(event: EventRecord): Promise<void> {
    const fails = chance.in100(weather.publishFails);
    if (fails && chance.in100(50)) throw away();
    await bus.publishEvent(event);
    around.onEvent(event);
    if (fails) throw away();
  }

  async function sendOrder(order: Order): Promise<void> {
    if (chance.in100(weather.ordersLost)) {
      return chronicle.note('network', () => `loses the order ${nameOf(order)}`);
    }
    if (chance.in100(weather.ordersTwice)) void sendLate(order, ORDER_AGAIN_MS);
    if (chance.in100(weather.ordersLate)) void sendLate(order, ORDER_LATE_MS);
    else await bus.sendOrder(order);
  }

  async function sendLate(order: Order, lateMs: number): Promise<void> {
    await sleep(around.clock, chance.below(lateMs));
    chronicle.note('network', () => `brings the order ${nameOf(order)} late`);
    await bus.sendOrder(order).catch(() => {});
  }

  return {
    sendCommand: (delivery) => process.through(() => bus.sendCommand(delivery)),
    takeCommands: async (handle) =>
      taking(await bus.takeCommands((delivery) => settle(delivery, handle))),
    publishEvent: (event) => process.through(() => publishEvent(event)),
    takeEvents: (handle) => bus.takeEvents(handle),
    sendOrder: (order) => process.through(() => sendOrder(order)),
    takeOrders: async (pool, concurrency, handle) =>
      taking(await bus.takeOrders(pool, concurrency, handle)),
    ordersWaiting: (pool) => process.through(() => bus.ordersWaiting(pool)),
    sendReport: (report) => process.through(() => bus.sendReport(report)),
    takeReports: async (handle) => taking(await bus.takeReports(handle)),
    hint: (hint) => {
      if (process.isRunning && !chance.in100(weather.hintsLost)) bus.hint(hint);
    },
    takeHints: (handle) =>
      bus.takeHints((hint) => {
        if (process.isRunning) handle(hint);
      }),
    close: async () => {},
  };
}

function away(): BiotopeError {
  return new BiotopeError('BUS_UNAVAILABLE', { message: 'The bus does not answer.' });
}

export function nameOf({ operation, environment, address, attempt, runEpoch }: Order): string {
  return `${operation} ${environment}/${address} (attempt ${attempt}, epoch ${runEpoch})`;
}

/** What is to be done soon is done in the order in which it was asked for, as in a process. */
function inOrder(clock: Clock): Clock {
  const waiting: (() => void)[] = [];
  return {
    ...clock,
    soon: (callback) => {
      waiting.push(callback);
      clock.soon(() => waiting.shift()?.());
    },
  };
}
