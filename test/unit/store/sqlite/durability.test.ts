import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { event, transaction } from '../../../support/records.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { openStore, put, writing } from './fixture.ts';

/** A disk that syncs when the test says so. */
function heldDisk() {
  const held: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let isFree = false;
  return {
    held,
    sync: () =>
      new Promise<void>((resolve, reject) => {
        if (isFree) resolve();
        else held.push({ resolve, reject });
      }),
    free: () => {
      isFree = true;
      for (const { resolve } of held) resolve();
    },
    letGo: () => held.shift()?.resolve(),
    fail: () => held.shift()?.reject(Object.assign(new Error('EIO'), { code: 'EIO' })),
  };
}

/** Whether it is settled once all that is ready has happened. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return over;
}

function heldStore() {
  const disk = heldDisk();
  const path = join(temporaryFolder(), 'store.db');
  const store = openStore({ path, sync: disk.sync });
  onTestFinished(disk.free);
  return { disk, store, path };
}

describe('a commit, before the disk has it', () => {
  it('is told to nobody: not to its sender, not to who watches, not to who reads', async () => {
    const { disk, store } = heldStore();
    const watched: number[] = [];
    store.watch((_, { number }) => watched.push(number));
    const commit = store.commit({ ...writing(put('a')), events: [event()] });
    expect(await isOver(commit)).toBe(false);
    const reads = [
      store.get('queues', 'a'),
      store.find('queues'),
      store.events({ limit: 9 }),
      store.changes({ afterSequence: 0, limit: 9 }),
    ];
    for (const read of reads) expect(await isOver(read)).toBe(false);
    expect(watched).toEqual([]);
    expect(disk.held).toHaveLength(1);

    disk.letGo();
    expect(await commit).toMatchObject({ number: 1 });
    for (const read of await Promise.all(reads)) expect(read).toBeDefined();
    expect(watched).toEqual([1]);
    expect(await isOver(store.get('queues', 'a'))).toBe(true);
  });

  it('lets no refusal be heard that rests on it', async () => {
    const { disk, store } = heldStore();
    const absent = { collection: 'queues', key: 'a', revision: null } as const;
    const take = () => store.commit({ ...writing(put('a')), expect: [absent] });
    const [first, second] = [take(), take()];
    second.catch(() => {});
    expect(await isOver(second)).toBe(false);
    disk.letGo();
    await expect(first).resolves.toMatchObject({ number: 1 });
    await expect(second).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('gathers those that come meanwhile: they share the next sync, and are not told with this one', async () => {
    const { disk, store } = heldStore();
    const first = store.commit(writing(put('a')));
    expect(await isOver(first)).toBe(false);
    const others = ['b', 'c', 'd'].map((key) => store.commit(writing(put(key))));
    expect(await isOver(Promise.race(others))).toBe(false);
    disk.letGo();
    await first;
    expect(await isOver(Promise.race(others))).toBe(false);
    expect(disk.held).toHaveLength(1);
    disk.letGo();
    expect((await Promise.all(others)).map(({ number }) => number)).toEqual([2, 3, 4]);
  });

  it('is waited for when the store is closed, with all that was sent after it', async () => {
    const { disk, store, path } = heldStore();
    const first = store.commit(writing(put('a')));
    expect(await isOver(first)).toBe(false);
    const second = store.commit(writing(put('b')));
    const closing = store.close();
    expect(await isOver(closing)).toBe(false);
    disk.letGo();
    await first;
    expect(await isOver(closing)).toBe(false);
    disk.letGo();
    await second;
    await closing;
    expect(await openStore({ path }).find('queues')).toHaveLength(2);
  });

  it('may be there or not when the disk fails: the store is closed for everything then', async () => {
    const { disk, store, path } = heldStore();
    const commit = store.commit(writing(put('a')));
    commit.catch(() => {});
    expect(await isOver(commit)).toBe(false);
    const read = store.get('queues', 'a');
    const later = store.commit(writing(put('b')));
    for (const work of [read, later]) work.catch(() => {});
    disk.fail();
    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(commit).rejects.toMatchObject(unavailable);
    await expect(read).rejects.toMatchObject(unavailable);
    await expect(later).rejects.toMatchObject(unavailable);
    await expect(store.commit(writing(put('c')))).rejects.toMatchObject(unavailable);
    await expect(store.find('queues')).rejects.toMatchObject(unavailable);
    expect(disk.held).toEqual([]);
    await store.close();
    expect(await openStore({ path }).get('queues', 'c')).toBeUndefined();
  });
});

describe('the sync of a store on disk', () => {
  it('goes on through checkpoints, and leaves all of it to who opens the files next', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const store = openStore({ path });
    const text = 'x'.repeat(20_000);
    const of = (at: number) => transaction({ events: [event({ data: { text, at } })] });
    // More than SQLite keeps in the write-ahead log before it begins anew.
    for (let group = 0; group < 12; group += 1) {
      await Promise.all(Array.from({ length: 100 }, (_, at) => store.commit(of(at))));
    }
    const copy = join(temporaryFolder(), 'store.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
    expect(
      await openStore({ path: copy }).changes({ afterSequence: 1_199, limit: 9 }),
    ).toHaveLength(1);
  });
});
