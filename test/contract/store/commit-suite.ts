import { describe, expect, it } from 'vitest';
import { isBiotopeError } from '../../../src/model/errors.ts';
import type { Committed, Write } from '../../../src/store/store.ts';
import { event, queue, transaction } from '../../support/records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

export function commitSuite(test: StoreUnderTest): void {
  describe('commit', () => {
    it('writes all records of a transaction under the number it returns', async () => {
      const { number } = await test.store.commit(
        transaction({ writes: [queue('a', 1), queue('b', 2)] }),
      );
      expect(number).toBe(1);
      const a = await test.store.get('queues', 'a');
      expect(a).toEqual({ value: { environment: 'a', acceptedCount: 1 }, revision: number });
      expect((await test.store.get('queues', 'b'))?.revision).toBe(number);
    });

    it('numbers the transactions of each scope from 1 without a gap', async () => {
      const scopes = ['x', 'y', 'x', 'x', 'y', '@inbox'];
      const committed: Committed[] = [];
      for (const scope of scopes) committed.push(await test.store.commit(transaction({ scope })));
      expect(committed.map(({ number }) => number)).toEqual([1, 1, 2, 3, 2, 1]);
    });

    it('takes no number for a refused transaction', async () => {
      await test.store.commit(transaction());
      const absent = { collection: 'queues', key: 'a', revision: 7 } as const;
      await expect(test.store.commit(transaction({ expect: [absent] }))).rejects.toThrow();
      expect(await test.store.commit(transaction())).toMatchObject({ number: 2 });
    });

    it('tells where the transaction stands in the feed, and when it was', async () => {
      const first = await test.store.commit(transaction({ scope: 'a' }));
      const second = await test.store.commit(transaction({ scope: 'b', events: [event()] }));
      const changes = await test.store.changes({ afterSequence: 0, limit: 10 });
      expect(changes.map(({ sequence }) => sequence)).toEqual([first.sequence, second.sequence]);
      expect(second.sequence).toBe(first.sequence + 1);
      const [told] = await test.store.events({ limit: 10 });
      expect(told?.event.atMs).toBe(second.atMs);
    });

    it('keeps what was written when the sender changes its objects afterwards', async () => {
      const value = { environment: 'a', acceptedCount: 1 };
      const write: Write = { kind: 'put', collection: 'queues', key: 'a', value };
      const sent = transaction({ writes: [write], events: [event({ data: { at: 1 } })] });
      const pending = test.store.commit(sent);
      value.acceptedCount = 99;
      write.key = 'changed';
      sent.writes.push(queue('added', 1));
      sent.events.push(event());
      await pending;
      const records = await test.store.find('queues');
      expect(records.map((record) => record.value)).toEqual([
        { environment: 'a', acceptedCount: 1 },
      ]);
      expect(await test.store.get('queues', 'a')).toBeDefined();
      expect(await test.store.events({ limit: 10 })).toHaveLength(1);
    });

    it('lets the last of several writes of one record win', async () => {
      await test.store.commit(
        transaction({
          writes: [
            queue('a', 1),
            queue('a', 2),
            queue('b', 1),
            { kind: 'delete', collection: 'queues', key: 'b' },
          ],
        }),
      );
      expect((await test.store.get('queues', 'a'))?.value.acceptedCount).toBe(2);
      expect(await test.store.get('queues', 'b')).toBeUndefined();
    });

    it('accepts the deletion of what is not there', async () => {
      const absent = { kind: 'delete', collection: 'queues', key: 'none' } as const;
      expect(await test.store.commit(transaction({ writes: [absent] }))).toMatchObject({
        number: 1,
      });
    });

    it('gives a record that is made again a higher revision than it ever had', async () => {
      const first = await test.store.commit(transaction({ writes: [queue('a', 1)] }));
      await test.store.commit(
        transaction({ writes: [{ kind: 'delete', collection: 'queues', key: 'a' }] }),
      );
      await test.store.commit(transaction({ writes: [queue('a', 1)] }));
      expect((await test.store.get('queues', 'a'))?.revision).toBeGreaterThan(first.number);
    });
  });

  describe('expectations', () => {
    it('are met by the revision that was read, and by null for a record that does not exist', async () => {
      const created = await test.store.commit(
        transaction({
          expect: [{ collection: 'queues', key: 'a', revision: null }],
          writes: [queue('a', 1)],
        }),
      );
      const updated = transaction({
        expect: [{ collection: 'queues', key: 'a', revision: created.number }],
        writes: [queue('a', 2)],
      });
      await expect(test.store.commit(updated)).resolves.toMatchObject({ number: 2 });
    });

    it.each([
      { name: 'an older revision', revision: 1 },
      { name: 'a revision that never was', revision: 99 },
      { name: 'that it does not exist', revision: null },
    ])('refuse with STORE_CONFLICT where a record is there and $name was expected', async (at) => {
      await test.store.commit(transaction({ writes: [queue('a', 1)] }));
      await test.store.commit(transaction({ writes: [queue('a', 2)] }));
      const expected = { collection: 'queues', key: 'a', revision: at.revision } as const;
      const refused = await test.store.commit(transaction({ expect: [expected] })).catch(String);
      expect(refused).toMatch(/queues/);
      const again = test.store.commit(transaction({ expect: [expected] }));
      await expect(again).rejects.toSatisfy((error) => isBiotopeError(error, 'STORE_CONFLICT'));
    });

    it('refuse where a record is expected that was deleted', async () => {
      const { number } = await test.store.commit(transaction({ writes: [queue('a', 1)] }));
      await test.store.commit(
        transaction({ writes: [{ kind: 'delete', collection: 'queues', key: 'a' }] }),
      );
      const expected = { collection: 'queues', key: 'a', revision: number } as const;
      await expect(test.store.commit(transaction({ expect: [expected] }))).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
        facts: { collection: 'queues', key: 'a', expected: number, found: null },
      });
    });

    it('refuse a transaction whole: no record, no event, no change', async () => {
      await test.store.commit(transaction({ writes: [queue('kept', 1)] }));
      const refused = transaction({
        expect: [
          { collection: 'queues', key: 'new', revision: null },
          { collection: 'queues', key: 'kept', revision: 99 },
        ],
        writes: [queue('new', 1), { kind: 'delete', collection: 'queues', key: 'kept' }],
        events: [event()],
      });
      await expect(test.store.commit(refused)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect(await test.store.get('queues', 'new')).toBeUndefined();
      expect((await test.store.get('queues', 'kept'))?.value.acceptedCount).toBe(1);
      expect(await test.store.events({ limit: 10 })).toEqual([]);
      expect(await test.store.changes({ afterSequence: 0, limit: 10 })).toHaveLength(1);
    });
  });

  describe('commits at the same time', () => {
    it('let exactly one of many take a record, and tell all others of the conflict', async () => {
      const contenders = Array.from({ length: 50 }, (_, at) =>
        test.store.commit(
          transaction({
            expect: [{ collection: 'queues', key: 'lease', revision: null }],
            writes: [queue('lease', at)],
            events: [event({ data: { holder: at } })],
          }),
        ),
      );
      const results = await Promise.allSettled(contenders);
      const winners = results.flatMap((result, at) => (result.status === 'fulfilled' ? [at] : []));
      expect(winners).toHaveLength(1);
      const losers = results.filter((result) => result.status === 'rejected');
      expect(losers.every(({ reason }) => isBiotopeError(reason, 'STORE_CONFLICT'))).toBe(true);
      const stored = await test.store.get('queues', 'lease');
      expect(stored?.value.acceptedCount).toBe(winners[0]);
      expect(await test.store.events({ limit: 100 })).toHaveLength(1);
    });

    it('lose no update of those who read again after a conflict', async () => {
      const increment = async (): Promise<void> => {
        const before = await test.store.get('queues', 'count');
        const update = transaction({
          expect: [{ collection: 'queues', key: 'count', revision: before?.revision ?? null }],
          writes: [queue('count', (before?.value.acceptedCount ?? 0) + 1)],
        });
        try {
          await test.store.commit(update);
        } catch (error) {
          if (!isBiotopeError(error, 'STORE_CONFLICT')) throw error;
          await increment();
        }
      };
      await Promise.all(Array.from({ length: 20 }, increment));
      expect((await test.store.get('queues', 'count'))?.value.acceptedCount).toBe(20);
    });

    it('number each scope without a gap although others are refused between them', async () => {
      const never = { collection: 'queues', key: 'none', revision: 5 } as const;
      const commits = Array.from({ length: 300 }, (_, at) =>
        test.store.commit(
          transaction({
            scope: `scope-${at % 3}`,
            expect: at % 4 === 0 ? [never] : [],
            events: [event()],
          }),
        ),
      );
      const numbers = new Map<number, number[]>([0, 1, 2].map((scope) => [scope, []]));
      for (const [at, result] of (await Promise.allSettled(commits)).entries()) {
        if (result.status === 'fulfilled') numbers.get(at % 3)?.push(result.value.number);
      }
      for (const taken of numbers.values()) {
        expect([...taken].sort((a, b) => a - b)).toEqual(taken.map((_, at) => at + 1));
      }
    });
  });

  describe('watch', () => {
    it('calls back with each committed transaction, after it can be read', async () => {
      const seen: { number: number; isThere: boolean }[] = [];
      let told = () => {};
      const isTold = new Promise<void>((resolve) => {
        told = resolve;
      });
      test.store.watch(async (_, { number }) => {
        seen.push({ number, isThere: (await test.store.get('queues', 'a')) !== undefined });
        told();
      });
      await test.store.commit(transaction({ writes: [queue('a', 1)] }));
      await isTold;
      expect(seen).toEqual([{ number: 1, isThere: true }]);
    });

    it('says nothing of a refused transaction, nor to those who have left', async () => {
      const scopes: string[] = [];
      const unwatch = test.store.watch(({ scope }) => scopes.push(scope));
      const never = { collection: 'queues', key: 'none', revision: 5 } as const;
      await test.store.commit(transaction({ scope: 'refused', expect: [never] })).catch(() => {});
      await test.store.commit(transaction({ scope: 'seen' }));
      await expect.poll(() => scopes).toEqual(['seen']);
      unwatch();
      await test.store.commit(transaction({ scope: 'unseen' }));
      await test.store.commit(transaction({ scope: 'unseen' }));
      expect(scopes).toEqual(['seen']);
    });
  });
}
