import { describe, expect, it } from 'vitest';
import type { Hint } from '../../../src/bus/bus.ts';
import type { EventRecord } from '../../../src/model/event.ts';
import { type BusUnderTest, eventually } from './bus-under-test.ts';
import { event, order, report } from './messages.ts';

export function broadcastSuite(test: BusUnderTest): void {
  describe('events', () => {
    it('arrive at everybody who listens, in the order of publication', async () => {
      const listeners: EventRecord[][] = [[], []];
      for (const seen of listeners) await test.bus.takeEvents((each) => seen.push(each));
      const published = Array.from({ length: 50 }, (_, at) => event(at + 1));
      for (const each of published) await test.bus.publishEvent(each);
      for (const seen of listeners) await eventually(() => seen).toEqual(published);
    });

    it('never arrive within the call that publishes them', async () => {
      const seen: EventRecord[] = [];
      await test.bus.takeEvents((each) => seen.push(each));
      const published = test.bus.publishEvent(event(1));
      expect(seen).toEqual([]);
      await published;
      await eventually(() => seen.length).toBe(1);
    });

    it('may be published again, and need nobody who listens', async () => {
      await test.bus.publishEvent(event(1));
      const seen: string[] = [];
      await test.bus.takeEvents(({ id }) => seen.push(id));
      await test.bus.publishEvent(event(1));
      await test.bus.publishEvent(event(2));
      await eventually(() => seen.at(-1)).toBe('shop:2.0');
      expect(seen).toContain('shop:1.0');
    });

    it('stop arriving when the subscription is stopped', async () => {
      const left: string[] = [];
      const stayed: string[] = [];
      const subscription = await test.bus.takeEvents(({ id }) => left.push(id));
      await test.bus.takeEvents(({ id }) => stayed.push(id));
      await test.bus.publishEvent(event(1));
      await eventually(() => left).toEqual(['shop:1.0']);
      await subscription.stop();
      await test.bus.publishEvent(event(2));
      await eventually(() => stayed).toEqual(['shop:1.0', 'shop:2.0']);
      expect(left).toEqual(['shop:1.0']);
    });
  });

  describe('hints', () => {
    it('arrive at everybody who listens at that time, later than the call', async () => {
      const left: Hint[] = [];
      const stayed: Hint[] = [];
      const leave = test.bus.takeHints((hint) => left.push(hint));
      test.bus.takeHints((hint) => stayed.push(hint));
      const first: Hint = { kind: 'run', runId: 'r1' };
      const second: Hint = { kind: 'cancel', runId: 'r2' };
      // Best effort: a bus over a network may not have begun to listen yet.
      await eventually(() => {
        test.bus.hint(first);
        return Math.min(left.length, stayed.length) > 0;
      }).toBe(true);
      expect(left[0]).toEqual(first);
      leave();
      const seenBefore = left.length;
      test.bus.hint(second);
      await eventually(() => stayed.at(-1)).toEqual(second);
      expect(left).toHaveLength(seenBefore);
    });
  });

  describe('a closed bus', () => {
    it('refuses commands, orders, reports and events with BUS_UNAVAILABLE, and lets hints go by', async () => {
      await test.bus.close();
      const unavailable = { code: 'BUS_UNAVAILABLE' };
      const body = new Uint8Array();
      await expect(test.bus.sendCommand({ body, messageId: null })).rejects.toMatchObject(
        unavailable,
      );
      await expect(test.bus.sendOrder(order())).rejects.toMatchObject(unavailable);
      await expect(test.bus.publishEvent(event(1))).rejects.toMatchObject(unavailable);
      await expect(test.bus.sendReport(report())).rejects.toMatchObject(unavailable);
      expect(() => test.bus.hint({ kind: 'run', runId: 'r1' })).not.toThrow();
      await expect(test.bus.close()).resolves.toBeUndefined();
    });
  });
}
