import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bus } from '../../../../src/bus/bus.ts';
import { createLocalBus } from '../../../../src/bus/local/local-bus.ts';
import { createOutbox, type Outbox } from '../../../../src/engine/outbox/outbox.ts';
import { BiotopeError } from '../../../../src/model/errors.ts';
import type { EventRecord } from '../../../../src/model/event.ts';
import type { Clock, Timer } from '../../../../src/platform/clock.ts';
import type { Failpoint } from '../../../../src/platform/failpoint.ts';
import type { Committed, Store, Transaction } from '../../../../src/store/store.ts';
import { event, transaction } from '../../../support/records.ts';
import { openRoom, type Room } from '../../../support/room.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';

const MINUTE_MS = 60_000;

/** A room with an outbox over a bus that a test can break. */
interface Post {
  room: Room;
  outbox: Outbox;
  /** Ids that the bus took, in order, repetitions included. */
  taken: string[];
  /** Calls, whether the bus took the event or not. */
  calls: { count: number };
  /** Whether the bus takes an event now. */
  accepts: { now: (event: EventRecord) => boolean };
  /** Timers of outboxes that wait. */
  timers: Set<Timer>;
  commit(scope: string, events?: number): Promise<void>;
  again(failpoint?: Failpoint): Outbox;
}

async function post({ batchMax = 500 } = {}): Promise<Post> {
  const clock = createVirtualClock();
  const taken: string[] = [];
  const calls = { count: 0 };
  const accepts: Post['accepts'] = { now: () => true };
  const bus: Bus = {
    ...createLocalBus({ clock }),
    async publishEvent(published) {
      calls.count += 1;
      await Promise.resolve();
      if (!accepts.now(published)) throw new BiotopeError('BUS_UNAVAILABLE', { message: 'away' });
      taken.push(published.id);
    },
  };
  const room = await openRoom({ clock, starts: false, context: { bus } });
  const timers = new Set<Timer>();
  const settings = { ...room.context.settings, outboxBatchMax: batchMax };
  const again: Post['again'] = (failpoint = room.context.failpoint) =>
    createOutbox({ ...room.context, clock: counting(clock, timers), settings, failpoint });
  return {
    room,
    outbox: again(),
    taken,
    calls,
    accepts,
    timers,
    again,
    commit: async (scope, count = 1) => {
      const events = Array.from({ length: count }, () => event());
      await clock.finish(room.context.store.commit(transaction({ scope, events })));
    },
  };
}

function counting(clock: Clock, timers: Set<Timer>): Clock {
  return {
    ...clock,
    setTimer(delayMs, callback) {
      const timer = clock.setTimer(delayMs, () => {
        timers.delete(counted);
        callback();
      });
      const counted = {
        cancel: () => {
          timers.delete(counted);
          timer.cancel();
        },
      };
      timers.add(counted);
      return counted;
    },
  };
}

const unpublished = async ({ room: { context } }: Post) => {
  const afterSequence = await context.store.publishedThrough();
  const found = await context.store.events({ afterSequence, limit: 1_000 });
  return found.map((one) => one.event.id);
};

/** Every event was taken, and for the first time in the order of its scope. */
async function expectAll({ room, taken }: Post): Promise<void> {
  const committed = await room.context.store.events({ limit: 10_000 });
  const first = [...new Set(taken)];
  expect(first.toSorted()).toEqual(committed.map((one) => one.event.id).toSorted());
  for (const scope of ['a', 'b', 'c']) {
    const inOrder = committed.filter((one) => one.event.scope === scope);
    const got = first.filter((id) => id.startsWith(`${scope}:`));
    expect(got).toEqual(inOrder.map((one) => one.event.id));
  }
}

describe('the outbox', () => {
  test('publishes what was committed, once, in order within each scope', async () => {
    const office = await post({ batchMax: 3 });
    for (const scope of ['a', 'b', 'a', 'c', 'a', 'b']) await office.commit(scope, 2);
    office.outbox.look();
    await office.room.clock.settle();
    expect(office.taken).toHaveLength(12);
    await expectAll(office);
    expect(await unpublished(office)).toEqual([]);
  });

  test('asks the store at first only, as long as it is told of every commit', async () => {
    const office = await post();
    let asked = 0;
    const { store } = office.room.context;
    const counting: Store = {
      ...store,
      events: (query) => {
        asked += 1;
        return store.events(query);
      },
    };
    const outbox = createOutbox({ ...office.room.context, store: counting });
    store.watch((committed, facts) => outbox.take(committed, facts));
    await office.commit('a', 4);
    await office.room.clock.settle();
    const atFirst = asked;
    for (const scope of ['a', 'b', 'a', 'c']) {
      await office.commit(scope, 2);
      await office.commit(scope, 0);
      await office.room.clock.settle();
    }
    expect(office.taken).toHaveLength(12);
    await expectAll(office);
    expect(asked).toBe(atFirst);
    expect(await unpublished(office)).toEqual([]);
  });

  test('asks the store for what it was not told, or told too late', async () => {
    const office = await post();
    const { store } = office.room.context;
    const told: [Transaction, Committed][] = [];
    store.watch((committed, facts) => told.push([committed, facts]));
    const tell = async (at: number) => {
      const [committed, facts] = told[at] ?? [];
      if (committed !== undefined && facts !== undefined) office.outbox.take(committed, facts);
      await office.room.clock.settle();
    };
    for (const scope of ['a', 'b', 'a', 'b', 'a', 'a']) await office.commit(scope, 2);
    for (const at of [0, 1, 3, 2, 2, 5]) await tell(at);
    await expectAll(office);
    expect(office.taken).toHaveLength(12);
  });

  test('loses nothing and keeps the order over a bus that is away now and then', async () => {
    const action = fc.oneof(
      fc.constantFrom('a', 'b', 'c').map((scope) => ({ commit: scope })),
      fc.constantFrom({ commit: null }),
    );
    const story = fc.array(fc.tuple(action, fc.nat(4), fc.boolean()), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const office = await post({ batchMax: 4 });
        for (const [{ commit }, failsAfter, isLong] of steps) {
          let left = failsAfter;
          office.accepts.now = () => left-- > 0;
          if (commit !== null) await office.commit(commit, 2);
          office.outbox.look();
          await office.room.clock.advance(isLong ? 1_500 : 100);
        }
        office.accepts.now = () => true;
        await office.room.clock.advance(MINUTE_MS);
        office.outbox.look();
        await office.room.clock.settle();
        await expectAll(office);
        expect(await unpublished(office)).toEqual([]);
        await office.room.close();
      }),
      { numRuns: 15 },
    );
  });

  test('is not held up in one scope by another whose event the bus does not take', async () => {
    const office = await post();
    office.accepts.now = ({ scope, number }) => scope !== 'a' || number < 2;
    for (const scope of ['a', 'a', 'a', 'b', 'b']) await office.commit(scope);
    office.outbox.look();
    await office.room.clock.settle();
    expect(office.taken).toEqual(expect.arrayContaining(['a:1.0', 'b:1.0', 'b:2.0']));
    // After a crash what follows the refused event in any scope is said again.
    expect(await unpublished(office)).toEqual(['a:2.0', 'a:3.0', 'b:1.0', 'b:2.0']);
    // What was taken is not sent again while the rest is tried.
    await office.room.clock.advance(10_000);
    expect(office.taken).toHaveLength(3);
    office.accepts.now = () => true;
    await office.room.clock.advance(2_000);
    await expectAll(office);
  });

  test('asks a bus that is away once in a while, however often it is told to look', async () => {
    const office = await post();
    office.accepts.now = () => false;
    for (let second = 0; second < 60; second += 1) {
      await office.commit('a');
      for (let look = 0; look < 10; look += 1) office.outbox.look();
      await office.room.clock.advance(1_000);
    }
    expect(office.calls.count).toBeLessThanOrEqual(61);
    expect(office.timers.size).toBe(1);
    office.accepts.now = () => true;
    await office.room.clock.advance(2_000);
    await expectAll(office);
    expect(office.timers.size).toBe(0);
  });

  test('says once more what it said before a crash kept it from marking it', async () => {
    const office = await post();
    const dying = office.again((name) => {
      if (name === 'outbox.after-publish') throw new Error('dead');
    });
    await office.commit('a', 3);
    await office.room.clock.finish(dying.finish());
    expect(office.taken).toEqual(['a:1.0', 'a:1.1', 'a:1.2']);
    office.again().look();
    await office.room.clock.settle();
    expect(office.taken).toEqual(['a:1.0', 'a:1.1', 'a:1.2', 'a:1.0', 'a:1.1', 'a:1.2']);
    expect(await unpublished(office)).toEqual([]);
  });

  test('publishes what is committed while it publishes', async () => {
    const office = await post();
    await office.commit('a');
    office.outbox.look();
    const committed = office.commit('b');
    office.outbox.look();
    await committed;
    office.outbox.look();
    await office.room.clock.settle();
    await expectAll(office);
  });

  test('looks a last time when the engine stops, even while it pauses, and leaves no timer', async () => {
    const office = await post();
    office.accepts.now = () => false;
    await office.commit('a');
    office.outbox.look();
    await office.room.clock.settle();
    expect(office.timers.size).toBe(1);
    office.accepts.now = () => true;
    await office.room.clock.finish(office.outbox.finish());
    expect(office.taken).toEqual(['a:1.0']);
    expect(office.timers.size).toBe(0);
  });
});
