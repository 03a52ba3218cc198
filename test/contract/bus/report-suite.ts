import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../../src/bus/bus.ts';
import type { WorkerReport } from '../../../src/model/order.ts';
import { type BusUnderTest, eventually } from './bus-under-test.ts';
import { gate, report } from './messages.ts';

export function reportSuite(test: BusUnderTest): void {
  const take = async (answers: Settlement[] = []) => {
    const taken: WorkerReport[] = [];
    const subscription = await test.bus.takeReports(async (each) => {
      taken.push(each);
      return answers.shift() ?? 'done';
    });
    return { taken, subscription };
  };
  const addresses = (taken: readonly WorkerReport[]) => taken.map(({ claim }) => claim.address);

  describe('reports', () => {
    it('arrive as they were sent', async () => {
      const { taken } = await take();
      await test.bus.sendReport(report());
      await eventually(() => taken).toEqual([report()]);
    });

    it('wait for somebody who takes them, and go to one of several', async () => {
      for (let at = 0; at < 10; at += 1) await test.bus.sendReport(report(`web[${at}]`));
      const takers = [await take(), await take()];
      const all = () => takers.flatMap(({ taken }) => addresses(taken));
      await eventually(() => all().length).toBe(10);
      expect(new Set(all()).size).toBe(10);
    });

    it('come again until they are recorded', async () => {
      const { taken } = await take(['again', 'done']);
      await test.bus.sendReport(report());
      await eventually(() => addresses(taken)).toEqual(['web[0]', 'web[0]']);
      await test.bus.sendReport(report('last[0]'));
      await eventually(() => addresses(taken)).toEqual(['web[0]', 'web[0]', 'last[0]']);
    });

    it('are in hand until they are settled, whoever stops taking them', async () => {
      const hold = gate();
      const order: string[] = [];
      const subscription = await test.bus.takeReports(async () => {
        order.push('taken');
        await hold.promise;
        order.push('settled');
        return 'done';
      });
      await test.bus.sendReport(report());
      await eventually(() => order).toEqual(['taken']);
      const stopped = subscription.stop().then(() => order.push('stopped'));
      hold.open();
      await stopped;
      expect(order).toEqual(['taken', 'settled', 'stopped']);
    });
  });
}
