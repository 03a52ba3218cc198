import { describe, expect, onTestFinished, test } from 'vitest';
import { type Candidate, createLeadership } from '../../../../src/engine/leadership/leadership.ts';
import type { Clock } from '../../../../src/platform/clock.ts';
import { silentLogger } from '../../../../src/platform/logger.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../../src/store/store.ts';
import { queue, transaction } from '../../../support/records.ts';
import { severable } from '../../../support/severable.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const LEASE_MS = 15_000;
const LOOK_MS = 1_000;

function world() {
  const clock = createVirtualClock();
  const store = createSqliteStore({ path: ':memory:', clock });
  onTestFinished(() => clock.finish(store.close()));
  const enter = async (
    holder: string,
    {
      isService = true,
      to = store,
      by = clock,
    }: { isService?: boolean; to?: Store; by?: Clock } = {},
  ): Promise<Candidate> => {
    const terms = { store: to, clock: by, log: silentLogger, holder, leaseMs: LEASE_MS, isService };
    const candidate = createLeadership(terms);
    await clock.finish(candidate.start());
    return candidate;
  };
  return { clock, store, enter };
}

const leaders = (...candidates: Candidate[]) => candidates.map((one) => one.isLeading());

describe('the leadership', () => {
  test('belongs to the first who comes, for as long as it beats', async () => {
    const { clock, enter } = world();
    const [first, second] = [await enter('first'), await enter('second')];
    for (let lease = 0; lease < 5; lease += 1) {
      await clock.advance(LEASE_MS);
      expect(leaders(first, second)).toEqual([true, false]);
    }
  });

  test('is taken over when its holder was silent for a lease, and not before', async () => {
    const { clock, store, enter } = world();
    const line = severable(store);
    const first = await enter('first', { to: line.store });
    const second = await enter('second');
    await clock.advance(LEASE_MS);
    line.sever();
    let bothLed = false;
    let takenAfterMs = 0;
    for (; !second.isLeading() && takenAfterMs < 3 * LEASE_MS; takenAfterMs += 100) {
      await clock.advance(100);
      bothLed ||= first.isLeading() && second.isLeading();
    }
    expect(bothLed).toBe(false);
    // The last beat may have been a third of a lease before.
    expect(takenAfterMs).toBeGreaterThan((2 / 3) * LEASE_MS);
    expect(takenAfterMs).toBeLessThanOrEqual(LEASE_MS + 2 * LOOK_MS);
  });

  test('is handed back at a clean end, and taken at the next look', async () => {
    const { clock, enter } = world();
    const [first, second] = [await enter('first'), await enter('second')];
    await clock.finish(first.stop());
    await clock.advance(LOOK_MS);
    expect(leaders(first, second)).toEqual([false, true]);
  });

  test('does not depend on what other clocks say', async () => {
    const { clock, enter } = world();
    const hourAhead: Clock = { ...clock, nowMs: () => clock.nowMs() + 3_600_000 };
    const first = await enter('first');
    const second = await enter('second', { by: hourAhead });
    await clock.advance(3 * LEASE_MS);
    expect(leaders(first, second)).toEqual([true, false]);
  });

  test('lets the writes of a former leader be refused, and those of the leader pass', async () => {
    const { clock, store, enter } = world();
    const line = severable(store);
    const first = await enter('first', { to: line.store });
    const second = await enter('second');
    const write = (by: Candidate) =>
      clock.finish(by.store.commit(transaction({ writes: [queue('a', 1)] })));
    await write(first);
    await expect(write(second)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    const late = first.store;
    await clock.finish(first.stop());
    await clock.advance(LOOK_MS);
    await write(second);
    const refused = clock.finish(late.commit(transaction({ writes: [queue('a', 2)] })));
    await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  test('goes from a guest to a service at once, and never the other way', async () => {
    const { clock, enter } = world();
    const guest = await enter('guest', { isService: false });
    expect(guest.isLeading()).toBe(true);
    const service = await enter('service');
    expect(service.isLeading()).toBe(true);
    await clock.advance(LEASE_MS / 2);
    expect(leaders(guest, service)).toEqual([false, true]);
    await enter('late guest', { isService: false });
    await clock.advance(2 * LEASE_MS);
    expect(leaders(guest, service)).toEqual([false, true]);
  });

  test('tells who watches when it begins and when it ends', async () => {
    const { clock, enter } = world();
    const first = await enter('first');
    const second = await enter('second');
    const told: boolean[] = [];
    second.watch(() => told.push(second.isLeading()));
    await clock.finish(first.stop());
    await clock.advance(LOOK_MS);
    await clock.finish(second.stop());
    expect(told).toEqual([true, false]);
  });
});
