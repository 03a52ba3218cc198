import { mkdtemp, rm } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { AmqpBus } from '../../../src/bus/amqp/amqp-bus.ts';
import { namesOf } from '../../../src/bus/amqp/topology.ts';
import { isBiotopeError } from '../../../src/model/errors.ts';
import { event, gate, order } from '../../contract/bus/messages.ts';
import { amqpBus, ownPrefix } from '../../support/amqp.ts';
import { openCuttingProxy } from '../../support/cutting-proxy.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { type RabbitServer, startRabbit } from '../../support/services/rabbitmq.ts';

const UNAVAILABLE = { code: 'BUS_UNAVAILABLE', facts: { system: 'amqp' } };

/** Whatever happens to it: a broker of these tests alone. */
describeOver(['RABBITMQ_URL'], 'a bus whose broker has trouble', () => {
  let broker: RabbitServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'biotope-rabbitmq-'));
    broker = await startRabbit({ folder });
  }, 120_000);

  afterAll(async () => {
    await broker.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  const open = (url = broker.url, prefix = ownPrefix()): AmqpBus & { prefix: string } => {
    const bus = amqpBus({ url, prefix });
    onTestFinished(() => bus.close());
    return { ...bus, prefix };
  };
  const send = (bus: AmqpBus, text: string) =>
    bus.sendCommand({ body: new TextEncoder().encode(text), messageId: text });
  const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 30_000, interval: 10 });

  const take = async (bus: AmqpBus) => {
    const taken: string[] = [];
    await bus.takeCommands(async ({ messageId }) => {
      taken.push(messageId ?? '');
      return 'done';
    });
    return taken;
  };

  /** As a program would: again until it is taken. */
  const insist = async (work: () => Promise<void>) => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isBiotopeError(error, 'BUS_UNAVAILABLE')) throw error;
        await pause(50);
      }
    }
  };

  it('goes on when the broker is killed and comes back, and loses nothing it was answered for', async () => {
    const bus = open();
    const sent = Array.from({ length: 20 }, (_, at) => `c${at}`);
    for (const text of sent) await send(bus, text);
    const taken: string[] = [];
    const held = gate();
    onTestFinished(held.open);
    let takenAgainAtMs: number | null = null;
    await bus.takeCommands(async ({ messageId }) => {
      taken.push(messageId ?? '');
      // It is in hand when the broker dies: then it comes again.
      if (taken.length <= sent.length) await held.promise;
      takenAgainAtMs ??= performance.now();
      return 'done';
    });
    await eventually(() => taken.length).toBe(sent.length);
    await broker.kill();
    await expect(send(bus, 'while it is away')).rejects.toMatchObject(UNAVAILABLE);
    const opened = portOpens(broker.url);
    await broker.start();
    const openedAtMs = await opened;
    await eventually(() => new Set(taken.slice(sent.length)).size).toBe(sent.length);
    const backMs = Math.round((takenAgainAtMs ?? 0) - openedAtMs);
    console.log(`consuming again ${backMs} ms after the port of the broker opened`);
    expect(backMs).toBeLessThan(30_000);
    await insist(() => send(bus, 'afterwards'));
    await eventually(() => taken).toContain('afterwards');
  });

  it('begins while there is no broker, says so, and works once there is one', async () => {
    await broker.kill();
    const bus = open();
    const taken = await take(bus);
    const orders: string[] = [];
    await bus.takeOrders('default', 2, async ({ address }) => {
      orders.push(address);
    });
    await expect(send(bus, 'a')).rejects.toMatchObject(UNAVAILABLE);
    await expect(bus.ordersWaiting('default')).rejects.toMatchObject(UNAVAILABLE);
    await broker.start();
    await insist(() => send(bus, 'a'));
    await insist(() => bus.sendOrder(order()));
    await eventually(() => taken).toContain('a');
    await eventually(() => orders).toContain('web[0]');
  });

  it('refuses in time while the broker takes no messages, goes on consuming, and recovers', async () => {
    const bus = open();
    await send(bus, 'before');
    await alarm('set');
    onTestFinished(() => alarm('clear'));
    // The first one is on its way when the broker says that it takes none.
    await expect(send(bus, 'a')).rejects.toMatchObject(UNAVAILABLE);
    await expect(send(bus, 'b')).rejects.toThrow(/takes no messages|does not answer|not answer/);
    const taken = await take(bus);
    await eventually(() => taken).toContain('before');
    await alarm('clear');
    await insist(() => send(bus, 'after'));
    await eventually(() => taken).toContain('after');
    await insist(() => bus.publishEvent(event(1)));
  });

  const alarm = async (how: 'set' | 'clear') => {
    const name = '{resource_limit, memory, node()}';
    const call = how === 'set' ? `set_alarm({${name}, []})` : `clear_alarm(${name})`;
    await broker.control('eval', `rabbit_alarm:${call}.`);
  };

  it('refuses in time while the broker hangs, and goes on when it does', async () => {
    const bus = open();
    await send(bus, 'before');
    broker.pause();
    try {
      await expect(send(bus, 'a')).rejects.toMatchObject(UNAVAILABLE);
    } finally {
      broker.goOn();
    }
    const taken = await take(bus);
    await insist(() => send(bus, 'after'));
    await eventually(() => taken).toContain('after');
  });

  it('declares a queue again that was deleted while it was in use', async () => {
    const bus = open();
    const taken = await take(bus);
    const orders: string[] = [];
    await bus.takeOrders('default', 2, async ({ address }) => {
      orders.push(address);
    });
    const names = namesOf(bus.prefix);
    await overChannel(async (channel) => {
      await channel.deleteQueue(names.commands);
      await channel.deleteQueue(names.ordersOf('default'));
    });
    await insist(() => send(bus, 'a'));
    await insist(() => bus.sendOrder(order()));
    await eventually(() => taken).toContain('a');
    await eventually(() => orders).toContain('web[0]');
  });

  it('comes back to a queue that nobody could declare for a while (406)', async () => {
    const prefix = ownPrefix();
    const { commands } = namesOf(prefix);
    await overChannel(async (channel) => {
      await channel.assertQueue(commands, { durable: true });
    });
    const bus = open(broker.url, prefix);
    const taken = await take(bus);
    await expect(send(bus, 'a')).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
    await overChannel((channel) => channel.deleteQueue(commands));
    await insist(() => send(bus, 'b'));
    await eventually(() => taken).toContain('b');
  });

  it('survives connections that are lost at any moment of their beginning', async () => {
    const port = Number(new URL(broker.url).port);
    const proxy = await openCuttingProxy({ port });
    onTestFinished(proxy.close);
    const url = broker.url.replace(String(port), String(proxy.port));
    // What the broker says until all is declared and consumed is about two thousand bytes.
    for (let bytesMax = 0; bytesMax < 2_400; bytesMax += 150) {
      proxy.bytesMax = bytesMax;
      const bus = amqpBus({ url });
      const subscribed = bus.takeCommands(async () => 'done');
      const before = proxy.cuts;
      await expect.poll(() => proxy.cuts, { timeout: 10_000 }).toBeGreaterThan(before - 1);
      await subscribed;
      await bus.close();
    }
    expect(proxy.cuts).toBeGreaterThan(10);
    proxy.bytesMax = null;
    const bus = open(url);
    const taken = await take(bus);
    await insist(() => send(bus, 'a'));
    proxy.cut();
    await insist(() => send(bus, 'b'));
    await eventually(() => taken).toEqual(expect.arrayContaining(['a', 'b']));
  });

  type Raw = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createChannel']>>;

  async function overChannel(work: (channel: Raw) => Promise<unknown>): Promise<void> {
    const connection = await connect(broker.url);
    await work(await connection.createChannel());
    await connection.close();
  }
});

async function portOpens(url: string): Promise<number> {
  const port = Number(new URL(url).port);
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = dial(port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return performance.now();
    await pause(10);
  }
}
