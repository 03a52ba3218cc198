import { beforeEach, describe, expect, it } from 'vitest';
import type { Write } from '../../../src/store/store.ts';
import { environment, keysOf, queue, run, step, transaction } from '../../support/records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

export function querySuite(test: StoreUnderTest): void {
  describe('get', () => {
    it('answers undefined for what is not there or was deleted', async () => {
      expect(await test.store.get('queues', 'a')).toBeUndefined();
      await test.store.commit(transaction({ writes: [queue('a', 1)] }));
      await test.store.commit(
        transaction({ writes: [{ kind: 'delete', collection: 'queues', key: 'a' }] }),
      );
      expect(await test.store.get('queues', 'a')).toBeUndefined();
    });

    it('returns a record as it was written, whatever its texts hold', async () => {
      const text = 'quotes " \' ` ; -- \\ line\nnull \0 emoji 😀 __proto__ ${x} %s';
      const value = environment({ name: 'shop', description: text, tags: ['a', 'b'] });
      value.parameters = { nested: [{ deep: [null, true, 1.5, 'x'] }], big: 2 ** 53 - 1 };
      await test.store.commit(
        transaction({ writes: [{ kind: 'put', collection: 'environments', key: 'shop', value }] }),
      );
      expect((await test.store.get('environments', 'shop'))?.value).toEqual(value);
    });

    it('hands out a copy: whoever changes it changes nothing in the store', async () => {
      await test.store.commit(transaction({ writes: [queue('a', 1)] }));
      const first = await test.store.get('queues', 'a');
      if (first !== undefined) first.value.acceptedCount = 99;
      expect((await test.store.get('queues', 'a'))?.value.acceptedCount).toBe(1);
    });

    it('keeps collections apart', async () => {
      await test.store.commit(transaction({ writes: [queue('shop', 1)] }));
      expect(await test.store.get('environments', 'shop')).toBeUndefined();
    });
  });

  describe('find', () => {
    const statuses = ['pending', 'running', 'pending', 'succeeded', 'failed'] as const;
    const addressOf = (value: { address: string }) => value.address;
    const find = (query: Parameters<typeof test.store.find<'steps'>>[1]) =>
      keysOf(test.store.find('steps', query), addressOf);

    beforeEach(async () => {
      // Written backwards, so that the order of keys is not the order of writing.
      const writes = statuses.map((status, at): Write => {
        const value = step({ runId: 'run-1', address: `s${at}`, status });
        return { kind: 'put', collection: 'steps', key: `run-1/s${at}`, value };
      });
      const other = step({ runId: 'run-2', address: 'other', environment: 'bank' });
      await test.store.commit(transaction({ writes: writes.reverse() }));
      await test.store.commit(
        transaction({
          scope: 'bank',
          writes: [{ kind: 'put', collection: 'steps', key: 'run-2/other', value: other }],
        }),
      );
    });

    it('returns the whole collection in the order of keys', async () => {
      const all = ['s0', 's1', 's2', 's3', 's4', 'other'];
      expect(await keysOf(test.store.find('steps'), addressOf)).toEqual(all);
      expect(await find({})).toEqual(all);
      expect(await test.store.find('runs')).toEqual([]);
    });

    it('selects by one value, by several, and by several fields at once', async () => {
      expect(await find({ where: { runId: 'run-2' } })).toEqual(['other']);
      expect(await find({ where: { status: ['running', 'failed', 'no such'] } })).toEqual([
        's1',
        's4',
      ]);
      const both = { runId: 'run-1', status: ['pending'] };
      expect(await find({ where: both })).toEqual(['s0', 's2']);
      expect(await find({ where: { runId: 'run-2', status: 'failed' } })).toEqual([]);
      expect(await find({ where: { runId: ['run-2', 'run-3'] } })).toEqual(['other']);
    });

    it('does not take the beginning of a run for the run', async () => {
      expect(await find({ where: { runId: 'run-' } })).toEqual([]);
      expect(await find({ where: { runId: 'run' } })).toEqual([]);
    });

    it('selects nothing by an empty list of values', async () => {
      expect(await find({ where: { status: [] } })).toEqual([]);
    });

    it('follows a record whose indexed field changes', async () => {
      const value = step({ runId: 'run-1', address: 's0', status: 'running' });
      await test.store.commit(
        transaction({ writes: [{ kind: 'put', collection: 'steps', key: 'run-1/s0', value }] }),
      );
      expect(await find({ where: { status: 'running' } })).toEqual(['s0', 's1']);
      expect(await find({ where: { status: 'pending', runId: 'run-1' } })).toEqual(['s2']);
    });

    it('follows a record whichever of its fields change', async () => {
      const ids = (query: Parameters<typeof test.store.find<'runs'>>[1]) =>
        keysOf(test.store.find('runs', query), ({ id }) => id);
      const facts = { id: 'run-1', environment: 'shop', status: 'queued' } as const;
      for (const changed of [
        { ...facts, environment: 'mill' },
        { ...facts, environment: 'mill', status: 'failed' as const },
        { ...facts, environment: 'farm', status: 'running' as const },
      ]) {
        const write: Write = { kind: 'put', collection: 'runs', key: 'run-1', value: run(changed) };
        await test.store.commit(transaction({ writes: [write] }));
        const { environment: name, status } = changed;
        expect(await ids({ where: { environment: name, status } })).toEqual(['run-1']);
        expect(await ids({ where: { environment: name } })).toEqual(['run-1']);
        expect(await ids({ where: { status } })).toEqual(['run-1']);
      }
      expect(await ids({ where: { environment: 'mill' } })).toEqual([]);
      expect(await ids({ where: { status: 'failed' } })).toEqual([]);
    });

    it('forgets a deleted record under every field', async () => {
      await test.store.commit(
        transaction({ writes: [{ kind: 'delete', collection: 'steps', key: 'run-1/s0' }] }),
      );
      expect(await find({ where: { status: 'pending', runId: 'run-1' } })).toEqual(['s2']);
      expect(await find({ where: { runId: 'run-1' } })).toHaveLength(4);
    });

    it('turns pages by the last key, forwards and backwards', async () => {
      expect(await find({ limit: 2 })).toEqual(['s0', 's1']);
      expect(await find({ afterKey: 'run-1/s1', limit: 2 })).toEqual(['s2', 's3']);
      expect(await find({ afterKey: 'run-2/other' })).toEqual([]);
      expect(await find({ reverse: true, limit: 2 })).toEqual(['other', 's4']);
      expect(await find({ reverse: true, afterKey: 'run-1/s2' })).toEqual(['s1', 's0']);
      const pending = { where: { status: 'pending', runId: 'run-1' }, limit: 1 };
      expect(await find({ ...pending, afterKey: 'run-1/s0' })).toEqual(['s2']);
    });

    it('goes on after a key that is not there any more', async () => {
      expect(await find({ afterKey: 'run-1/s1x', limit: 1 })).toEqual(['s2']);
    });

    it('returns only what later transactions of the scope wrote with changedAfter', async () => {
      const value = step({ runId: 'run-1', address: 's3', status: 'succeeded', attempt: 1 });
      const { number } = await test.store.commit(
        transaction({ writes: [{ kind: 'put', collection: 'steps', key: 'run-1/s3', value }] }),
      );
      const where = { runId: 'run-1' };
      expect(await find({ where, changedAfter: number - 1 })).toEqual(['s3']);
      expect(await find({ where, changedAfter: number })).toEqual([]);
      expect(await find({ where, changedAfter: 0 })).toHaveLength(5);
    });

    it('sees every transaction whose commit has resolved', async () => {
      for (let at = 0; at < 20; at += 1) {
        await test.store.commit(transaction({ writes: [queue(`q${at}`, at)] }));
        expect(await test.store.find('queues')).toHaveLength(at + 1);
      }
    });
  });
}
