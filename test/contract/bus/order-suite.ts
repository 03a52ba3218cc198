import { describe, expect, it } from 'vitest';
import type { Order } from '../../../src/model/order.ts';
import { type BusUnderTest, eventually } from './bus-under-test.ts';
import { gate, order } from './messages.ts';

export function orderSuite(test: BusUnderTest): void {
  const take = async (pool: string, concurrency = 10) => {
    const taken: Order[] = [];
    const subscription = await test.bus.takeOrders(pool, concurrency, async (each) => {
      taken.push(each);
    });
    return { taken, subscription };
  };
  const addresses = (taken: readonly Order[]) => taken.map(({ address }) => address);
  const counted = (pool: string) => eventually(() => test.bus.ordersWaiting(pool));
  const sendMany = async (count: number, facts: Partial<Order> = {}) => {
    for (let at = 0; at < count; at += 1) {
      await test.bus.sendOrder(order({ address: `web[${at}]`, ...facts }));
    }
  };

  describe('orders', () => {
    it('arrive as they were sent', async () => {
      const { taken } = await take('default');
      const sent = order({ operation: 'inspect', attempt: 3, runEpoch: 7, clusterEpoch: 2 });
      await test.bus.sendOrder(sent);
      await eventually(() => taken).toEqual([sent]);
    });

    it('may be about what has a long name', async () => {
      const { taken } = await take('default');
      const sent = order({ address: `${'nested/'.repeat(40)}web[0]` });
      await test.bus.sendOrder(sent);
      await eventually(() => taken).toEqual([sent]);
    });

    it('wait in their pool, in order, until somebody takes them', async () => {
      await sendMany(5);
      const { taken } = await take('default', 1);
      await eventually(() => addresses(taken)).toEqual([
        'web[0]',
        'web[1]',
        'web[2]',
        'web[3]',
        'web[4]',
      ]);
    });

    it('go to the takers of their pool only', async () => {
      const east = await take('east');
      const west = await take('west');
      await test.bus.sendOrder(order({ pool: 'west' }));
      await eventually(() => west.taken.length).toBe(1);
      expect(east.taken).toEqual([]);
    });

    it('are never more in hand than the taker wants, claimed or not', async () => {
      const holds = Array.from({ length: 6 }, gate);
      let inHand = 0;
      let inHandMax = 0;
      let ended = 0;
      await test.bus.takeOrders('default', 2, async ({ address }, claimed) => {
        inHand += 1;
        inHandMax = Math.max(inHandMax, inHand);
        claimed();
        await holds[Number(address.slice(4, -1))]?.promise;
        inHand -= 1;
        ended += 1;
      });
      await sendMany(6);
      await eventually(() => inHand).toBe(2);
      for (const hold of holds) hold.open();
      await eventually(() => ended).toBe(6);
      expect(inHandMax).toBe(2);
    });

    it('come again where the taker fails before it has claimed them', async () => {
      let deliveries = 0;
      await test.bus.takeOrders('default', 1, async () => {
        deliveries += 1;
        if (deliveries < 3) throw new Error('the desk is away');
      });
      await test.bus.sendOrder(order());
      await eventually(() => deliveries).toBe(3);
    });

    it('do not come again once they are claimed, whatever becomes of them', async () => {
      const taken: string[] = [];
      await test.bus.takeOrders('default', 1, async ({ address }, claimed) => {
        taken.push(address);
        claimed();
        if (address === 'web[0]') throw new Error('the work failed');
      });
      await sendMany(3);
      await eventually(() => taken).toEqual(['web[0]', 'web[1]', 'web[2]']);
    });

    it('are counted while nobody has taken them', async () => {
      expect(await test.bus.ordersWaiting('default')).toBe(0);
      await sendMany(3);
      await sendMany(1, { pool: 'west' });
      await counted('default').toBe(3);
      const hold = gate();
      await test.bus.takeOrders('default', 1, async (_, claimed) => {
        claimed();
        await hold.promise;
      });
      await counted('default').toBe(2);
      hold.open();
      await counted('default').toBe(0);
      expect(await test.bus.ordersWaiting('west')).toBe(1);
    });

    it('may be sent again', async () => {
      const { taken } = await take('default');
      await test.bus.sendOrder(order());
      await test.bus.sendOrder(order());
      await eventually(() => taken.length).toBeGreaterThanOrEqual(1);
      await test.bus.sendOrder(order({ address: 'last[0]' }));
      await eventually(() => addresses(taken).at(-1)).toBe('last[0]');
    });

    it('are shared by the takers of a pool', async () => {
      const takers = [await take('default', 1), await take('default', 1)];
      await sendMany(40);
      const all = () => takers.flatMap(({ taken }) => addresses(taken));
      await eventually(() => all().length).toBe(40);
      expect(new Set(all()).size).toBe(40);
      for (const { taken } of takers) expect(taken.length).toBeGreaterThan(0);
    });

    it('stay for others when a taker stops', async () => {
      const first = await take('default');
      await first.subscription.stop();
      await sendMany(2);
      const second = await take('default');
      await eventually(() => addresses(second.taken)).toEqual(['web[0]', 'web[1]']);
      expect(first.taken).toEqual([]);
    });

    it('in hand are waited for by a taker that stops', async () => {
      const hold = gate();
      const seen: string[] = [];
      const subscription = await test.bus.takeOrders('default', 1, async (_, claimed) => {
        claimed();
        seen.push('taken');
        await hold.promise;
        seen.push('ended');
      });
      await test.bus.sendOrder(order());
      await eventually(() => seen).toEqual(['taken']);
      const stopped = subscription.stop().then(() => seen.push('stopped'));
      hold.open();
      await stopped;
      expect(seen).toEqual(['taken', 'ended', 'stopped']);
    });
  });
}
