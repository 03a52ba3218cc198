import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { openStore, put, putSized, writing } from './fixture.ts';

const settled = (results: PromiseSettledResult<unknown>[]) => results.map(({ status }) => status);

describe('the sqlite store under faults', () => {
  it('fails only the transactions for which no space is left, and numbers the rest without a gap', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path, fileBytesMax: 1024 * 1024 });
    const results = await Promise.allSettled([
      store.commit(writing(put('a'))),
      store.commit(writing(put('b'), putSized('huge', 4 * 1024 * 1024))),
      store.commit(writing(put('c'))),
      store.appendLog({ runId: 'r', address: 'a[0]', claimNumber: 1, offset: 0, text: 'line' }),
      store.commit(writing(putSized('huge', 4 * 1024 * 1024))),
    ]);
    expect(settled(results)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(results[1]).toMatchObject({
      reason: { code: 'STORE_UNAVAILABLE', message: expect.stringMatching(/no space is left/) },
    });
    expect(await store.get('queues', 'b')).toBeUndefined();
    expect(await store.get('queues', 'c')).toMatchObject({ revision: 2 });
    expect(await store.commit(writing(put('d')))).toMatchObject({ number: 3 });
    expect(await store.changes({ afterSequence: 0, limit: 9 })).toHaveLength(3);
  });

  it('tells nobody that something is durable in a file that was deleted, or is another one now', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path });
    await store.commit(writing(put('a')));
    rmSync(path);
    const lost = { code: 'STORE_LOST' };
    await expect(store.commit(writing(put('b')))).rejects.toMatchObject(lost);
    openStore({ path });
    const results = await Promise.allSettled(
      ['c', 'd'].map((key) => store.commit(writing(put(key)))),
    );
    expect(results).toMatchObject([{ reason: lost }, { reason: lost }]);
  });

  it('works again once space is free', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path, fileBytesMax: 1024 * 1024 });
    await store.commit(writing(putSized('first', 500 * 1024)));
    const second = writing(putSized('second', 500 * 1024));
    await expect(store.commit(second)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await store.commit(writing({ kind: 'delete', collection: 'queues', key: 'first' }));
    await expect(store.commit(second)).resolves.toMatchObject({ number: 3 });
  });

  it('rejects a whole group with STORE_UNAVAILABLE while another process holds the lock', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path });
    await store.commit(writing(put('a')));
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled(
      ['b', 'c', 'd'].map((key) => store.commit(writing(put(key)))),
    );
    expect(settled(results)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(results[0]).toMatchObject({
      reason: { code: 'STORE_UNAVAILABLE', message: expect.stringMatching(/another process/) },
    });
    expect(await store.find('queues')).toHaveLength(1);
    other.exec('ROLLBACK');
    expect(await store.commit(writing(put('e')))).toMatchObject({ number: 2 });
  });

  it('numbers without a gap or repetition when two processes write in turn', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const driver = openStore({ path });
    const other = openStore({ path });
    const numbers: number[] = [];
    for (const store of [driver, driver, other, driver, other, other, driver]) {
      numbers.push((await store.commit(writing(put('a')))).number);
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await driver.get('queues', 'a')).toEqual(await other.get('queues', 'a'));
  });

  it('sees the other process change a record that it expects unchanged', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const driver = openStore({ path });
    const other = openStore({ path });
    const { number } = await driver.commit(writing(put('a')));
    await other.commit(writing(put('a', 2)));
    const update = {
      ...writing(put('a', 3)),
      expect: [{ collection: 'queues', key: 'a', revision: number } as const],
    };
    await expect(driver.commit(update)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('lets a listener fail without failing the commit or the other listeners', async () => {
    const thrown: unknown[] = [];
    const store = openStore({
      path: ':memory:',
      clock: {
        nowMs: () => 0,
        monotonicMs: () => 0,
        setTimer: () => ({ cancel: () => {} }),
        soon: (callback) =>
          void setImmediate(() => {
            try {
              callback();
            } catch (error) {
              thrown.push(error);
            }
          }),
      },
    });
    let isTold = false;
    store.watch(() => {
      throw new Error('a bug of the listener');
    });
    store.watch(() => {
      isTold = true;
    });
    await expect(store.commit(writing(put('a')))).resolves.toMatchObject({ number: 1 });
    expect(isTold).toBe(true);
    await expect.poll(() => thrown).toEqual([new Error('a bug of the listener')]);
  });
});
