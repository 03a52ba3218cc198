import { describe, expect, it } from 'vitest';
import { environment, event, putGraph, queue, transaction } from '../../support/records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

export function durabilitySuite(test: StoreUnderTest): void {
  describe('after a restart', () => {
    it('everything is there: records, events, what is published, changes, edges, the search index', async () => {
      await putGraph(test.store, { web: ['db'], db: [] });
      const value = environment({ name: 'shop', description: 'sells fish' });
      await test.store.commit(
        transaction({
          writes: [{ kind: 'put', collection: 'environments', key: 'shop', value }],
          events: [event(), event()],
        }),
      );
      const [first] = await test.store.events({ limit: 1 });
      const through = first?.sequence ?? 0;
      await test.store.markPublished(through);

      const store = await test.reopen();
      expect(await store.get('environments', 'shop')).toEqual({ value, revision: 2 });
      expect(await store.events({ limit: 10 })).toHaveLength(2);
      expect(await store.publishedThrough()).toBe(through);
      expect(await store.changes({ afterSequence: 0, limit: 10 })).toHaveLength(2);
      const query = { key: 'shop/web[0]', direction: 'dependencies', limit: 9 } as const;
      expect(await store.closure(query)).toEqual({
        nodes: [{ key: 'shop/db[0]', depth: 1 }],
        edges: [{ from: 'shop/web[0]', to: 'shop/db[0]' }],
        truncated: false,
      });
      // An adapter may index after the commit.
      await expect
        .poll(() => store.search({ text: 'fish', limit: 9 }), { timeout: 2_000, interval: 20 })
        .toMatchObject([{ key: 'shop' }]);
    });

    it('numbers and sequences go on where they were', async () => {
      await test.store.commit(transaction({ events: [event()] }));
      await test.store.commit(transaction({ events: [event()] }));
      const before = await test.store.events({ limit: 10 });
      const store = await test.reopen();
      expect(await store.commit(transaction({ events: [event()] }))).toMatchObject({ number: 3 });
      const after = await store.events({ limit: 10 });
      expect(after.slice(0, 2)).toEqual(before);
      expect(after[2]?.sequence).toBeGreaterThan(before[1]?.sequence ?? Number.POSITIVE_INFINITY);
    });
  });

  describe('close', () => {
    it('keeps what was committed just before', async () => {
      const pending = test.store.commit(transaction({ writes: [queue('a', 1)] }));
      const store = await test.reopen();
      await expect(pending).resolves.toMatchObject({ number: 1 });
      expect((await store.get('queues', 'a'))?.value.acceptedCount).toBe(1);
    });

    it('lets every later call reject with STORE_UNAVAILABLE', async () => {
      const { store } = test;
      await store.close();
      const unavailable = { code: 'STORE_UNAVAILABLE' };
      await expect(store.commit(transaction())).rejects.toMatchObject(unavailable);
      await expect(store.get('queues', 'a')).rejects.toMatchObject(unavailable);
      await expect(store.find('queues')).rejects.toMatchObject(unavailable);
      await expect(store.markPublished(1)).rejects.toMatchObject(unavailable);
    });

    it('may be called twice', async () => {
      await test.store.close();
      await expect(test.store.close()).resolves.toBeUndefined();
    });
  });
}
