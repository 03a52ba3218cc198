import { describe, expect, it } from 'vitest';
import type { CommandDelivery, Settlement } from '../../../src/bus/bus.ts';
import { type BusUnderTest, eventually } from './bus-under-test.ts';
import { gate } from './messages.ts';

export function commandSuite(test: BusUnderTest): void {
  const send = (text: string, messageId: string | null = null) =>
    test.bus.sendCommand({ body: new TextEncoder().encode(text), messageId });
  const textOf = ({ body }: CommandDelivery) => new TextDecoder().decode(body);

  /** Takes commands and answers as told; `done` where nothing is told. */
  const take = async (answers: (Settlement | Error)[] = []) => {
    const taken: string[] = [];
    const subscription = await test.bus.takeCommands(async (delivery) => {
      taken.push(textOf(delivery));
      const answer = answers.shift() ?? 'done';
      if (answer instanceof Error) throw answer;
      return answer;
    });
    return { taken, subscription };
  };

  describe('commands', () => {
    it('arrive as the bytes that were sent, with the message id where there is one', async () => {
      const taken: CommandDelivery[] = [];
      await test.bus.takeCommands(async (delivery) => {
        taken.push(delivery);
        return 'done';
      });
      const body = new Uint8Array([0, 255, 123, 10]);
      await test.bus.sendCommand({ body, messageId: 'id-1' });
      await test.bus.sendCommand({ body, messageId: null });
      await eventually(() => taken.length).toBe(2);
      expect(taken.map((delivery) => [...delivery.body])).toEqual([[...body], [...body]]);
      expect(taken.map(({ messageId }) => messageId)).toEqual(['id-1', null]);
    });

    it('say what they are part of, where their sender does', async () => {
      const taken: CommandDelivery[] = [];
      await test.bus.takeCommands(async (delivery) => {
        taken.push(delivery);
        return 'done';
      });
      const body = new TextEncoder().encode('{}');
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await test.bus.sendCommand({ body, messageId: 'id-1', traceparent });
      await eventually(() => taken.map((one) => one.traceparent)).toEqual([traceparent]);
    });

    it('wait in order for somebody who takes them', async () => {
      for (const text of ['a', 'b', 'c']) await send(text);
      const { taken } = await take();
      await eventually(() => taken).toEqual(['a', 'b', 'c']);
    });

    it('never arrive within the call that sends them', async () => {
      const { taken } = await take();
      const sent = send('a');
      expect(taken).toEqual([]);
      await sent;
      await eventually(() => taken).toEqual(['a']);
    });

    it('come again, as often as they are answered with "again", and once more is enough', async () => {
      const { taken } = await take(['again', 'again', 'done']);
      await send('a');
      await eventually(() => taken).toEqual(['a', 'a', 'a']);
      await send('b');
      await eventually(() => taken).toEqual(['a', 'a', 'a', 'b']);
    });

    it('do not come again once they are recorded as dead', async () => {
      const { taken } = await take([{ dead: 'COMMAND_INVALID: nobody understands it' }]);
      await send('a');
      await send('b');
      await eventually(() => taken).toEqual(['a', 'b']);
    });

    it('come again where taking them fails', async () => {
      const { taken } = await take([new Error('the store is away')]);
      await send('a');
      await eventually(() => taken).toEqual(['a', 'a']);
    });

    it('do not hold up others while one waits to come again', async () => {
      const { taken } = await take(['again']);
      await send('a');
      await send('b');
      await eventually(() => taken).toEqual(['a', 'b', 'a']);
    });

    it('are in hand several at a time', async () => {
      const hold = gate();
      const taken: string[] = [];
      await test.bus.takeCommands(async (delivery) => {
        taken.push(textOf(delivery));
        await hold.promise;
        return 'done';
      });
      await send('a');
      await send('b');
      await eventually(() => taken).toEqual(['a', 'b']);
      hold.open();
    });

    it('go to one of several takers each', async () => {
      const takers = [await take(), await take()];
      for (let at = 0; at < 20; at += 1) await send(`c${at}`);
      const all = () => takers.flatMap(({ taken }) => taken);
      await eventually(() => all().length).toBe(20);
      expect(new Set(all()).size).toBe(20);
    });
  });

  describe('a subscription to commands that is stopped', () => {
    it('takes no more, and leaves what comes to others', async () => {
      const first = await take();
      await first.subscription.stop();
      await send('a');
      const second = await take();
      await eventually(() => second.taken).toEqual(['a']);
      expect(first.taken).toEqual([]);
    });

    it('is settled only when what was in hand is', async () => {
      const hold = gate();
      const order: string[] = [];
      const subscription = await test.bus.takeCommands(async () => {
        order.push('taken');
        await hold.promise;
        order.push('settled');
        return 'done';
      });
      await send('a');
      await eventually(() => order).toEqual(['taken']);
      const stopped = subscription.stop().then(() => order.push('stopped'));
      hold.open();
      await stopped;
      expect(order).toEqual(['taken', 'settled', 'stopped']);
    });

    it('hands over to others what it answered with "again" at last', async () => {
      const hold = gate();
      let takenByFirst = 0;
      const first = await test.bus.takeCommands(async () => {
        takenByFirst += 1;
        await hold.promise;
        return 'again';
      });
      await send('a');
      await eventually(() => takenByFirst).toBe(1);
      const stopped = first.stop();
      hold.open();
      await stopped;
      const second = await take();
      await eventually(() => second.taken).toEqual(['a']);
      expect(takenByFirst).toBe(1);
    });
  });
}
