import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { putRun } from '../../../../src/engine/transactions.ts';
import { BiotopeError } from '../../../../src/model/errors.ts';
import type { Order } from '../../../../src/model/order.ts';
import { openRoom } from '../../../support/room.ts';
import { resource } from '../../../support/templates.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { applied, claimOf, workerSide } from '../../../support/worker-side.ts';

const sample = [resource('a', { with: { size: 1 } }), resource('b', { needs: ['a'] })];

/** Chance from a seed: the same for the same one. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

const WRONG: Record<string, Partial<Order>> = {
  'of an attempt that is over': { attempt: 0 },
  'of an attempt that has not begun': { attempt: 2 },
  'for another operation': { operation: 'destroy' },
  'to inspect what is to be applied': { operation: 'inspect' },
  'of an earlier holder of the run': { runEpoch: 0 },
  'of a later holder of the run': { runEpoch: 2 },
  'of an earlier cluster': { clusterEpoch: 0 },
  'of a later cluster': { clusterEpoch: 2 },
  'of another run': { runId: 'run-x' },
  'for a step that is none': { address: 'x[0]' },
  'for a step that waits': { address: 'b[0]' },
};

describe('a claim', () => {
  test('is granted with all that is needed to do the step', async () => {
    const { begin, room, runId } = await workerSide(sample);
    const { grant, order } = await begin();
    expect(grant).toMatchObject({
      order,
      label: 'a',
      executor: 'ledger',
      leaseMs: 15_000,
      bundleDigest: 'sha256:sample@1.0.0',
      spec: { size: 1 },
      prior: null,
    });
    expect(await room.step(runId, 'a[0]')).toMatchObject({
      status: 'running',
      claim: { worker: 'worker-1', token: grant.claimToken },
    });
    // What may exist from now on is on record before anything begins.
    const record = await room.context.store.get('resources', 'one/a[0]');
    expect(record?.value).toMatchObject({ status: 'creating', spec: { size: 1 }, runId });
  });

  test.for(Object.entries(WRONG))('%s is refused and changes nothing', async ([, wrong]) => {
    const { desk, nextOrder, room, runId } = await workerSide(sample);
    const order = await nextOrder();
    const before = await room.context.store.find('steps', { where: { runId } });
    expect(await desk.claim({ ...order, ...wrong }, 'worker-1')).toBeUndefined();
    expect(await room.context.store.find('steps', { where: { runId } })).toEqual(before);
    expect(await desk.claim(order, 'worker-1')).toBeDefined();
  });

  test('is refused once another worker has the step, or had it', async () => {
    const { desk, begin } = await workerSide(sample);
    const { order, claim } = await begin();
    expect(await desk.claim(order, 'worker-2')).toBeUndefined();
    expect(await desk.claim(order, 'worker-1')).toBeUndefined();
    await desk.report(claim, applied());
    expect(await desk.claim(order, 'worker-2')).toBeUndefined();
  });

  test('is refused once another holder has the run, and has not recalled the order yet', async () => {
    const { desk, nextOrder, room, runId } = await workerSide(sample);
    const order = await nextOrder();
    const { store, clock } = room.context;
    const run = await room.run(runId);
    const lease = { holder: 'other', expiresAtMs: clock.nowMs() + 3_600_000 };
    const writes = [putRun({ ...run, epoch: run.epoch + 1, lease })];
    await room.clock.finish(store.commit({ scope: 'one', expect: [], writes, events: [] }));
    expect(await desk.claim(order, 'worker-1')).toBeUndefined();
    expect(await room.step(runId, 'a[0]')).toMatchObject({ status: 'dispatched', claim: null });
  });

  test('is refused once the run is to end, however soon after', async () => {
    const { desk, nextOrder, room, runId } = await workerSide(sample);
    const order = await nextOrder();
    const cancel = room.engine.submit(
      { type: 'run.cancel', data: { run: runId } },
      { source: 'test', id: 'cancel' },
    );
    const claimed = desk.claim(order, 'worker-1');
    await room.clock.finish(cancel);
    await claimed;
    expect(await desk.claim(order, 'worker-2')).toBeUndefined();
  });

  test('by several workers at once is granted to exactly one, whoever comes first', async () => {
    const workers = fc.integer({ min: 2, max: 5 });
    await fc.assert(
      fc.asyncProperty(workers, fc.integer(), async (count, seed) => {
        const clock = createVirtualClock({ random: randomOf(seed) });
        const { room, nextOrder, runId } = await workerSide([resource('a')], { clock });
        const order = await nextOrder();
        const grants = await clock.finish(
          Promise.all(
            Array.from({ length: count }, (_, at) => room.engine.desk.claim(order, `worker-${at}`)),
          ),
        );
        const granted = grants.filter((grant) => grant !== undefined);
        expect(granted).toHaveLength(1);
        const { claim } = await room.step(runId, 'a[0]');
        expect(claim?.token).toBe(granted[0]?.claimToken);
        await room.close();
      }),
      { numRuns: 15 },
    );
  });

  test('that meets a cancellation is granted and told, or refused: never granted in silence', async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.nat(40), async (seed, headStart) => {
        const clock = createVirtualClock({ random: randomOf(seed) });
        const { room, nextOrder, desk, runId } = await workerSide([resource('a')], { clock });
        const order = await nextOrder();
        const cancelled = room.engine.submit(
          { type: 'run.cancel', data: { run: runId } },
          { source: 'test', id: 'cancel' },
        );
        for (let turn = 0; turn < headStart; turn += 1) await Promise.resolve();
        const claimed = room.engine.desk.claim(order, 'worker-1');
        const [grant] = await clock.finish(Promise.all([claimed, cancelled]));
        outcomes.add(grant === undefined ? 'refused' : 'granted');
        if (grant !== undefined) {
          const claim = claimOf(order, grant);
          expect(await desk.heartbeat(claim)).toBe('cancel');
          expect(await desk.report(claim, { kind: 'cancelled', remains: null })).toBe('recorded');
        }
        await clock.advance(1_000);
        expect((await room.run(runId)).status).toBe('cancelled');
        expect((await room.step(runId, 'a[0]')).status).toBe('cancelled');
        await room.close();
      }),
      { numRuns: 15, seed: 1 },
    );
    expect(outcomes).toEqual(new Set(['granted', 'refused']));
  });
});

describe('an order', () => {
  test('that nobody claims is sent again, the same one', async () => {
    const { nextOrder, room } = await workerSide(sample);
    const first = await nextOrder();
    expect(await nextOrder()).toEqual(first);
    expect(room.orders.length).toBe(2);
  });

  test('is not sent again while others wait in its pool: it is most likely one of them', async () => {
    const side = await workerSide(sample);
    const first = await side.nextOrder();
    const { room } = side;
    let waiting = 1;
    room.context.bus.ordersWaiting = async () => waiting;
    await room.clock.advance(60_000);
    expect(room.orders).toEqual([first]);
    waiting = 0;
    await room.clock.advance(1_000);
    expect(room.orders).toEqual([first, first]);
  });

  test('is sent again after a long while however many wait', async () => {
    const side = await workerSide(sample);
    const first = await side.nextOrder();
    const { room } = side;
    room.context.bus.ordersWaiting = async () => 1_000;
    await room.clock.advance(301_000);
    expect(room.orders).toEqual([first, first]);
    await room.clock.advance(299_000);
    expect(room.orders.length).toBe(2);
  });

  test('waits for the bus where it cannot say how many wait', async () => {
    const side = await workerSide(sample);
    const first = await side.nextOrder();
    const { room } = side;
    const { ordersWaiting } = room.context.bus;
    room.context.bus.ordersWaiting = async () => {
      throw new BiotopeError('BUS_UNAVAILABLE', { message: 'away' });
    };
    await room.clock.advance(60_000);
    expect(room.orders).toEqual([first]);
    room.context.bus.ordersWaiting = ordersWaiting;
    await room.clock.advance(1_000);
    expect(room.orders).toEqual([first, first]);
  });

  test('of a holder that is gone is taken back without costing an attempt', async () => {
    const { nextOrder, room, runId } = await workerSide(sample);
    const order = await nextOrder();
    await room.clock.finish(room.engine.stop());
    const { store } = room.context;
    const context = { store, holder: 'other' };
    const other = await openRoom({ clock: room.clock, context });
    await room.clock.advance(1_000);
    expect(await room.step(runId, 'a[0]')).toMatchObject({ status: 'dispatched', attempt: 1 });
    const anew = { ...order, runEpoch: 2, token: other.orders.at(-1)?.token };
    expect(other.orders.at(-1)).toEqual(anew);
    expect(anew.token).not.toBe(order.token);
    expect(await room.clock.finish(other.engine.desk.claim(order, 'worker-1'))).toBeUndefined();
    await other.close();
  });
});

describe('a claim whose answer was lost', () => {
  const first = { token: 'first-attempt-0001', givenUp: [] };
  const second = { token: 'second-attempt-002', givenUp: [first.token] };

  test('is taken back when its worker asks again, and the step is ordered anew', async () => {
    const { room, runId, nextOrder } = await workerSide(sample);
    const { desk } = room.engine;
    const order = await nextOrder();
    expect(await room.clock.finish(desk.claim(order, 'worker-1', first))).toBeDefined();
    expect(await room.clock.finish(desk.claim(order, 'worker-1', second))).toBeUndefined();
    const anew = await nextOrder();
    expect(anew).toEqual(order);
    const grant = await room.clock.finish(desk.claim(anew, 'worker-1', second));
    expect(grant?.claimToken).toBe(second.token);
    expect(await room.step(runId, 'a[0]')).toMatchObject({ status: 'running', losses: 0 });
  });

  test('that comes late takes nothing from the one that was granted meanwhile', async () => {
    const { room, runId, nextOrder } = await workerSide(sample);
    const { desk } = room.engine;
    const order = await nextOrder();
    expect(await room.clock.finish(desk.claim(order, 'worker-1', second))).toBeDefined();
    expect(await room.clock.finish(desk.claim(order, 'worker-1', first))).toBeUndefined();
    expect(await room.step(runId, 'a[0]')).toMatchObject({ claim: { token: second.token } });
  });

  test('takes back nothing that somebody else holds', async () => {
    const { room, runId, nextOrder } = await workerSide(sample);
    const { desk } = room.engine;
    const order = await nextOrder();
    const other = { token: 'of-somebody-else-1', givenUp: [] };
    expect(await room.clock.finish(desk.claim(order, 'worker-2', other))).toBeDefined();
    expect(await room.clock.finish(desk.claim(order, 'worker-1', second))).toBeUndefined();
    expect(await room.step(runId, 'a[0]')).toMatchObject({ claim: { token: other.token } });
  });
});
