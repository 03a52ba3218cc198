import { connect } from 'amqplib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDeadLetterBox } from '../../../src/bus/amqp/dead-letter-box.ts';
import { namesOf } from '../../../src/bus/amqp/topology.ts';
import { ownAmqpBus } from '../../support/amqp.ts';
import { describeOver } from '../../support/services/describe-over.ts';

describeOver(['RABBITMQ_URL', 'RABBITMQ3_URL'], 'dead letters', (addresses) => {
  const brokers = { 'RabbitMQ 4': addresses.RABBITMQ_URL, 'RabbitMQ 3': addresses.RABBITMQ3_URL };
  describe.each(Object.entries(brokers))('at %s', (_, url) => {
    const openBox = async (prefix: string) => {
      const box = await openDeadLetterBox(url, prefix);
      onTestFinished(() => box.close());
      return box;
    };
    const body = (facts: object) => new TextEncoder().encode(JSON.stringify(facts));

    it('are messages whose takers always died, and their neighbours are taken', async () => {
      const bus = ownAmqpBus({ url });
      const names = namesOf(bus.prefix);
      const poison = { id: 'poison', type: 'environment.create', source: '/shop', data: {} };
      await bus.sendCommand({ body: body(poison), messageId: null });
      await bus.sendCommand({ body: body({ id: 'well' }), messageId: 'well' });
      // As a process does that dies of it: the broker is told nothing but that it is gone.
      const connection = await connect(url);
      for (let deaths = 0; deaths <= 20; deaths += 1) {
        const channel = await connection.createChannel();
        const message = await channel.get(names.commands);
        if (message !== false && message.properties.messageId !== 'well') channel.reject(message);
        await channel.close();
      }
      await connection.close();
      const taken: (string | null)[] = [];
      await bus.takeCommands(async ({ messageId }) => {
        taken.push(messageId);
        return 'done';
      });
      await expect.poll(() => taken, { timeout: 10_000 }).toContain('well');
      const box = await openBox(bus.prefix);
      await expect.poll(async () => (await box.list(10)).total, { timeout: 10_000 }).toBe(1);
      const { letters } = await box.list(10);
      expect(letters).toMatchObject([
        {
          messageId: 'poison',
          type: 'environment.create',
          source: '/shop',
          from: 'commands',
          reason: expect.stringMatching(/delivered too often/),
          diedAt: expect.stringMatching(/^20\d\d-/),
        },
      ]);
      const [letter] = letters;
      expect(await box.replay({ id: letter?.id ?? '' })).toMatchObject([{ refusal: null }]);
      await expect.poll(() => taken, { timeout: 10_000 }).toContain(null);
      expect((await box.list(10)).total).toBe(0);
    });

    it('that die again while all are replayed are not replayed again', async () => {
      const bus = ownAmqpBus({ url });
      let deaths = 0;
      await bus.takeCommands(async () => {
        deaths += 1;
        return { dead: 'nobody understands it' };
      });
      const letters = 5;
      for (let at = 0; at < letters; at += 1) {
        await bus.sendCommand({ body: body({ at }), messageId: `m${at}` });
      }
      const box = await openBox(bus.prefix);
      await expect.poll(async () => (await box.list(10)).total, { timeout: 10_000 }).toBe(letters);
      expect(await box.replay({ limit: 1_000 })).toHaveLength(letters);
      await expect.poll(async () => (await box.list(10)).total, { timeout: 10_000 }).toBe(letters);
      expect(deaths).toBe(2 * letters);
    });

    it('stay where nobody knows whence they came, and are looked at as often as one likes', async () => {
      const bus = ownAmqpBus({ url });
      await bus.ordersWaiting('default');
      const connection = await connect(url);
      const channel = await connection.createConfirmChannel();
      channel.publish(namesOf(bus.prefix).dead, '', Buffer.from('{'), { messageId: 'm-1' });
      await channel.waitForConfirms();
      await connection.close();
      const box = await openBox(bus.prefix);
      for (let looks = 0; looks < 30; looks += 1) {
        await expect.poll(async () => (await box.list(5)).total).toBe(1);
      }
      const results = await box.replay({ limit: 10 });
      expect(results).toMatchObject([{ refusal: expect.stringMatching(/nobody knows/) }]);
      expect((await box.list(5)).letters).toMatchObject([{ messageId: 'm-1', from: null }]);
    });
  });
});
