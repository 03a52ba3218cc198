import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextLook } from '../../../../src/compose/seat/next-look.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/store/store.ts';
import { queue, run, transaction } from '../../../support/records.ts';
import { createVirtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

let store: Store;
let clock: VirtualClock;
beforeEach(() => {
  store = createSqliteStore({ path: ':memory:', clock: systemClock });
  clock = createVirtualClock();
});
afterEach(() => store.close());

/** Whether it has resolved. */
function look(timeoutMs: number): { isDone: boolean } {
  const at = { isDone: false };
  void nextLook(store, timeoutMs, clock).then(() => {
    at.isDone = true;
  });
  return at;
}

function put(status: 'running' | 'succeeded') {
  const value = run({ id: 'r1', status });
  return store.commit(
    transaction({ writes: [{ kind: 'put', collection: 'runs', key: 'r1', value }] }),
  );
}

describe('the next look at the store', () => {
  it('waits for a commit, and for many of them but once', async () => {
    const at = look(100);
    await clock.advance(20);
    expect(at.isDone).toBe(false);
    await store.commit(transaction({ writes: [queue('shop', 1)] }));
    expect(at.isDone).toBe(true);
    expect(clock.timersWaiting).toBe(0);
  });

  it('does not come for every commit: a moment has to pass', async () => {
    const at = look(100);
    await put('running');
    await store.commit(transaction({ writes: [queue('shop', 1)] }));
    await clock.advance(14);
    expect(at.isDone).toBe(false);
    await clock.advance(1);
    expect(at.isDone).toBe(true);
  });

  it('comes at once where a run has ended', async () => {
    const at = look(100);
    await put('succeeded');
    await clock.settle();
    expect(at.isDone).toBe(true);
    expect(clock.timersWaiting).toBe(0);
  });

  it('comes when the time is up', async () => {
    const at = look(100);
    await clock.advance(99);
    expect(at.isDone).toBe(false);
    await clock.advance(1);
    expect(at.isDone).toBe(true);
  });
});
