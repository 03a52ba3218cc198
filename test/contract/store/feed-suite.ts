import { describe, expect, it } from 'vitest';
import type { Change, SequencedEvent } from '../../../src/store/store.ts';
import { event, queue, transaction } from '../../support/records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const sequences = (rows: readonly { sequence: number }[]) => rows.map(({ sequence }) => sequence);
const ids = (rows: readonly SequencedEvent[]) => rows.map((row) => row.event.id);

function expectGrowing(numbers: readonly number[]): void {
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
}

export function feedSuite(test: StoreUnderTest): void {
  describe('events', () => {
    it('carry what was drafted, their place, a stable id and the time of the commit', async () => {
      const draft = event({
        type: 'step.running',
        runId: 'r1',
        address: 'web[0]',
        data: { a: [1] },
      });
      await test.store.commit(transaction());
      await test.store.commit(transaction({ events: [event(), draft] }));
      const [, second] = await test.store.events({ limit: 10 });
      expect(second?.event).toEqual({
        ...draft,
        id: 'shop:2.1',
        scope: 'shop',
        number: 2,
        index: 1,
        atMs: expect.any(Number),
      });
    });

    it('come in the order of their numbers within a scope, whoever commits at the same time', async () => {
      await Promise.all(
        Array.from({ length: 120 }, (_, at) =>
          test.store.commit(transaction({ scope: `e${at % 3}`, events: [event(), event()] })),
        ),
      );
      for (const scope of ['e0', 'e1', 'e2']) {
        const found = await test.store.events({ scope, limit: 1_000 });
        const expected = Array.from(
          { length: 80 },
          (_, at) => `${scope}:${1 + (at >> 1)}.${at % 2}`,
        );
        expect(ids(found)).toEqual(expected);
        expectGrowing(sequences(found));
      }
    });

    it('are selected by scope, by run and by both', async () => {
      const ofRun = (runId: string) => [event({ runId })];
      await test.store.commit(transaction({ scope: 'a', events: ofRun('r1') }));
      await test.store.commit(transaction({ scope: 'b', events: ofRun('r1') }));
      await test.store.commit(transaction({ scope: 'a', events: ofRun('r2') }));
      expect(ids(await test.store.events({ scope: 'a', limit: 9 }))).toEqual(['a:1.0', 'a:2.0']);
      expect(ids(await test.store.events({ runId: 'r1', limit: 9 }))).toEqual(['a:1.0', 'b:1.0']);
      const both = await test.store.events({ scope: 'a', runId: 'r1', limit: 9 });
      expect(ids(both)).toEqual(['a:1.0']);
    });

    it('are selected by resource, in one run or in all', async () => {
      const about = (runId: string, address: string) => event({ runId, address });
      await test.store.commit(transaction({ events: [about('r1', 'a[0]'), about('r1', 'b[0]')] }));
      await test.store.commit(transaction({ events: [about('r2', 'a[0]'), event()] }));
      const all = await test.store.events({ scope: 'shop', address: 'a[0]', limit: 9 });
      expect(ids(all)).toEqual(['shop:1.0', 'shop:2.0']);
      const ofRun = await test.store.events({ runId: 'r1', address: 'b[0]', limit: 9 });
      expect(ids(ofRun)).toEqual(['shop:1.1']);
    });

    it('may tell of several runs at once, and of none', async () => {
      const events = [
        event({ runId: 'r1' }),
        event(),
        event({ runId: 'r2' }),
        event({ runId: 'r1' }),
      ];
      await test.store.commit(transaction({ events }));
      const all = await test.store.events({ scope: 'shop', limit: 9 });
      expect(all.map((row) => row.event.runId)).toEqual(['r1', null, 'r2', 'r1']);
      expect(ids(await test.store.events({ runId: 'r1', limit: 9 }))).toEqual([
        'shop:1.0',
        'shop:1.3',
      ]);
      expect(ids(await test.store.events({ runId: 'r2', limit: 9 }))).toEqual(['shop:1.2']);
      expect(ids(await test.store.events({ runId: 'r1', limit: 1 }))).toEqual(['shop:1.0']);
    });

    it('are found however many were committed since, before and after a restart', async () => {
      const of = (at: number) => [event({ runId: `r${at % 3}`, address: `a${at % 2}` })];
      const commit = (at: number) =>
        test.store.commit(transaction({ scope: `e${at % 7}`, events: of(at) }));
      await Promise.all(Array.from({ length: 2_500 }, (_, at) => commit(at)));
      const counts = async (store = test.store) => {
        const ofRun = await store.events({ runId: 'r1', limit: 9_999 });
        const ofScope = await store.events({ scope: 'e3', limit: 9_999 });
        const both = await store.events({ scope: 'e3', runId: 'r1', address: 'a1', limit: 9_999 });
        const after = ofRun[600]?.sequence ?? 0;
        const rest = await store.events({ runId: 'r1', afterSequence: after, limit: 100 });
        expect(ids(rest)).toEqual(ids(ofRun.slice(601, 701)));
        return [ofRun, ofScope, both].map((found) => new Set(ids(found)).size);
      };
      const expected = [833, 357, 59];
      expect(await counts()).toEqual(expected);
      expect(await counts(await test.reopen())).toEqual(expected);
      expect(await test.store.commit(transaction({ scope: 'e3' }))).toMatchObject({ number: 358 });
    });

    it('go on after the last sequence that was seen', async () => {
      await test.store.commit(transaction({ events: [event(), event(), event()] }));
      const first = await test.store.events({ limit: 2 });
      expect(ids(first)).toEqual(['shop:1.0', 'shop:1.1']);
      const afterSequence = first.at(-1)?.sequence ?? 0;
      expect(ids(await test.store.events({ afterSequence, limit: 9 }))).toEqual(['shop:1.2']);
      const all = await test.store.events({ afterSequence: 0, limit: 9 });
      expect(all).toHaveLength(3);
    });
  });

  describe('what is published', () => {
    const published = () => test.store.publishedThrough();

    it('is nothing at first, then everything through the last event that was marked', async () => {
      expect(await published()).toBe(0);
      await test.store.commit(transaction({ scope: 'a', events: [event(), event()] }));
      await test.store.commit(transaction({ scope: 'b', events: [event()] }));
      const [, second] = await test.store.events({ limit: 10 });
      await test.store.markPublished(second?.sequence ?? 0);
      expect(await published()).toBe(second?.sequence);
      const waiting = await test.store.events({ afterSequence: await published(), limit: 10 });
      expect(ids(waiting)).toEqual(['b:1.0']);
    });

    it('does not become less, whatever is marked once more', async () => {
      await test.store.commit(transaction({ events: [event(), event()] }));
      const [first, second] = sequences(await test.store.events({ limit: 10 }));
      await test.store.markPublished(second ?? 0);
      await test.store.markPublished(first ?? 0);
      await test.store.markPublished(0);
      expect(await published()).toBe(second);
      const store = await test.reopen();
      expect(await store.publishedThrough()).toBe(second);
    });
  });

  describe('changes', () => {
    const plain = ({ scope, number, touched }: Change) => ({ scope, number, touched });

    it('name every transaction and what it wrote or deleted, in order', async () => {
      await test.store.commit(transaction({ scope: 'a', writes: [queue('x', 1), queue('y', 1)] }));
      await test.store.commit(transaction({ scope: 'b', writes: [queue('z', 1)] }));
      await test.store.commit(
        transaction({ scope: 'a', writes: [{ kind: 'delete', collection: 'queues', key: 'x' }] }),
      );
      const changes = await test.store.changes({ afterSequence: 0, limit: 10 });
      const of = (...keys: string[]) => keys.map((key) => ({ collection: 'queues', key }));
      expect(changes.map(plain)).toEqual([
        { scope: 'a', number: 1, touched: of('x', 'y') },
        { scope: 'b', number: 1, touched: of('z') },
        { scope: 'a', number: 2, touched: of('x') },
      ]);
      expectGrowing(sequences(changes));
    });

    it('name a record once that one transaction wrote twice', async () => {
      await test.store.commit(transaction({ writes: [queue('x', 1), queue('x', 2)] }));
      const [change] = await test.store.changes({ afterSequence: 0, limit: 10 });
      expect(change?.touched).toEqual([{ collection: 'queues', key: 'x' }]);
    });

    it('go on after the last sequence that was seen', async () => {
      for (let at = 0; at < 5; at += 1) await test.store.commit(transaction());
      const first = await test.store.changes({ afterSequence: 0, limit: 3 });
      expect(first.map(({ number }) => number)).toEqual([1, 2, 3]);
      const afterSequence = first.at(-1)?.sequence ?? 0;
      const rest = await test.store.changes({ afterSequence, limit: 3 });
      expect(rest.map(({ number }) => number)).toEqual([4, 5]);
    });
  });
}
