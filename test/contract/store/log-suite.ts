import { describe, expect, it } from 'vitest';
import type { LogChunk } from '../../../src/store/store.ts';
import { transaction } from '../../support/records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

export function logSuite(test: StoreUnderTest): void {
  const chunk = (facts: Partial<LogChunk> = {}): LogChunk => ({
    runId: 'r1',
    address: 'web[0]',
    claimNumber: 1,
    offset: 0,
    text: 'line\n',
    ...facts,
  });
  const texts = async (query: {
    runId?: string;
    address?: string | null;
    afterSequence?: number;
  }) => {
    const found = await test.store.readLog({
      runId: 'r1',
      address: null,
      afterSequence: 0,
      limit: 100,
      ...query,
    });
    return found.map(({ text }) => text);
  };

  describe('the log', () => {
    it('returns the chunks of one step, oldest first, as they were told', async () => {
      const chunks = [chunk({ text: 'a 😀\0\n' }), chunk({ offset: 9, text: 'b\n' })];
      for (const each of chunks) await test.store.appendLog(each);
      await test.store.appendLog(chunk({ claimNumber: 2, text: 'again\n' }));
      const query = { runId: 'r1', address: 'web[0]', afterSequence: 0, limit: 10 };
      const found = await test.store.readLog(query);
      expect(found.slice(0, 2)).toMatchObject(chunks);
      expect(found.map(({ claimNumber }) => claimNumber)).toEqual([1, 1, 2]);
    });

    it('returns the chunks of a whole run in the order in which they arrived', async () => {
      await test.store.appendLog(chunk({ address: 'b[0]', text: '1' }));
      await test.store.appendLog(chunk({ address: 'a[0]', text: '2' }));
      await test.store.appendLog(chunk({ address: 'b[0]', offset: 1, text: '3' }));
      await test.store.appendLog(chunk({ runId: 'r2', text: 'of another run' }));
      expect(await texts({})).toEqual(['1', '2', '3']);
      expect(await texts({ address: 'b[0]' })).toEqual(['1', '3']);
      expect(await texts({ runId: 'r3' })).toEqual([]);
    });

    it('keeps a chunk once that was told twice, also at the same time', async () => {
      await test.store.appendLog(chunk({ text: 'first\n' }));
      await Promise.all([test.store.appendLog(chunk()), test.store.appendLog(chunk())]);
      await Promise.all([chunk({ offset: 6 }), chunk({ offset: 6 })].map(test.store.appendLog));
      expect(await texts({})).toEqual(['first\n', 'line\n']);
    });

    it('goes on after the last sequence that was seen', async () => {
      for (let offset = 0; offset < 5; offset += 1) {
        await test.store.appendLog(chunk({ offset, text: String(offset) }));
      }
      const query = { runId: 'r1', address: 'web[0]', limit: 3 };
      const first = await test.store.readLog({ ...query, afterSequence: 0 });
      expect(first.map(({ text }) => text)).toEqual(['0', '1', '2']);
      const afterSequence = first.at(-1)?.sequence ?? 0;
      expect(await texts({ address: 'web[0]', afterSequence })).toEqual(['3', '4']);
      expect(await texts({ afterSequence })).toEqual(['3', '4']);
    });

    it('is durable once a later commit is', async () => {
      void test.store.appendLog(chunk());
      await test.store.commit(transaction());
      await test.reopen();
      expect(await texts({})).toEqual(['line\n']);
    });
  });
}
