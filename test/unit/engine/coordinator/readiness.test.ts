import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReadiness, type Readiness } from '../../../../src/engine/coordinator/readiness.ts';
import type { StepRecord, StepStatus } from '../../../../src/model/step.ts';
import { createNaiveReadiness, type NaiveReadiness } from '../../../support/naive-readiness.ts';
import { step as complete } from '../../../support/records.ts';

const PARKED = { system: 'consul', sinceMs: 1 };

const POOLS = ['default', 'site'];

const readinessOf = (steps: StepRecord[]) => createReadiness(steps, ({ pool }) => pool);

const step = (address: string, facts: Partial<StepRecord> = {}) =>
  complete({ runId: 'run-1', address, ...facts });

/** What may happen to a step, by where it is; the coordinator and the desk do the same. */
const NEXT: Partial<Record<StepStatus, Partial<StepRecord>[]>> = {
  pending: [{ status: 'parked' }],
  dispatched: [
    { status: 'running' },
    { status: 'running' },
    { status: 'pending' },
    { status: 'unknown' },
    { status: 'cancelled' },
  ],
  running: [
    { status: 'succeeded' },
    { status: 'succeeded' },
    { status: 'succeeded' },
    { status: 'failed' },
    { status: 'cancelled' },
    { status: 'pending', notBeforeMs: null },
    { status: 'pending', notBeforeMs: 40 },
    { status: 'unknown', needsResolve: false, notBeforeMs: null },
    { status: 'unknown', needsResolve: false, notBeforeMs: 40 },
    { status: 'unknown', needsResolve: true, notBeforeMs: null },
    { status: 'parked', notBeforeMs: 40 },
    { status: 'unknown', needsResolve: false, notBeforeMs: null, parked: PARKED },
  ],
  parked: [{ status: 'pending' }, { status: 'cancelled' }],
  unknown: [
    { parked: PARKED },
    { parked: null },
    { status: 'succeeded' },
    { status: 'pending', notBeforeMs: null },
    { status: 'failed' },
  ],
};

/** A run's steps: builds that need earlier builds, removals that wait for earlier removals. */
const plannedSteps = fc
  .array(
    fc.record({
      isRemoval: fc.boolean(),
      pool: fc.constantFrom(...POOLS),
      after: fc.array(fc.nat(11), { maxLength: 3 }),
      isAmbiguous: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((wanted) =>
    wanted.map(({ isRemoval, pool, after, isAmbiguous }, at) => {
      const before = [...new Set(after)].filter(
        (other) => other < at && wanted[other]?.isRemoval === isRemoval,
      );
      return step(`s${at}[0]`, {
        pool,
        action: isRemoval ? 'remove' : 'create',
        // One that is no step of this run is as it should be.
        after: [...before.map((other) => `s${other}[0]`), 'elsewhere[0]'],
        status: isAmbiguous ? 'unknown' : 'pending',
      });
    }),
  );

type Choose = (count: number) => number;

interface World {
  readiness: Readiness;
  model: NaiveReadiness;
  nowMs: number;
  choose: Choose;
}

const MOVES: ((world: World) => void)[] = [
  takeOne,
  takeOne,
  takeOne,
  (world) => void changeOne(world),
  (world) => void changeOne(world),
  (world) => void changeOne(world),
  putOneBack,
  skipDoomed,
  (world) => {
    world.nowMs += 30;
  },
  (world) => {
    // Another holder takes the run up.
    world.model.forgetTaken();
    world.readiness = readinessOf(world.model.steps());
  },
];

function takeOne({ readiness, model, nowMs, choose }: World): void {
  const pool = POOLS[choose(POOLS.length)] ?? '';
  const ready = model.ready(nowMs).filter((one) => one.pool === pool);
  const address = readiness.take(pool, nowMs);
  expect(address !== undefined).toBe(ready.length > 0);
  if (address === undefined) return;
  expect(ready.map((one) => one.address)).toContain(address);
  model.take(address);
  if (choose(2) === 0) return;
  update({ readiness, model }, address, { status: 'dispatched', notBeforeMs: null });
}

function changeOne(world: World): boolean {
  const { readiness, model, choose } = world;
  const open = model.steps().filter(({ status }) => NEXT[status] !== undefined);
  const chosen = open[choose(open.length)];
  const changes = chosen === undefined ? undefined : NEXT[chosen.status];
  if (chosen === undefined || changes === undefined) return false;
  update({ readiness, model }, chosen.address, changes[choose(changes.length)] ?? {});
  return true;
}

function putOneBack({ readiness, model, choose }: World): void {
  const all = model.steps();
  const { address } = all[choose(all.length)] ?? { address: 'none[0]' };
  expect(readiness.putBack(address)).toBe(model.putBack(address));
}

function skipDoomed({ readiness, model }: World): void {
  for (const { address } of readiness.doomed()) {
    update({ readiness, model }, address, { status: 'skipped' });
  }
}

function update(
  { readiness, model }: Pick<World, 'readiness' | 'model'>,
  address: string,
  change: Partial<StepRecord>,
): void {
  const next = { ...model.step(address), ...change };
  model.update(next);
  readiness.update(next);
}

function compare({ readiness, model, nowMs }: World): void {
  const doomed = readiness.doomed();
  expect(new Set(doomed.map(({ address }) => address))).toEqual(model.doomed());
  for (const { cause } of doomed) expect(model.isDefeated(cause)).toBe(true);
  const poolsReady = new Set(model.ready(nowMs).map(({ pool }) => pool));
  expect(new Set(readiness.lanesWithReady(nowMs))).toEqual(poolsReady);
  for (const pool of POOLS) expect(readiness.hasReady(pool, nowMs)).toBe(poolsReady.has(pool));
  expect(readiness.isExhausted()).toBe(model.isExhausted());
  for (const status of Object.keys(NEXT) as StepStatus[]) {
    const addresses = model.steps().filter((one) => one.status === status);
    expect(readiness.withStatus(status)).toEqual(new Set(addresses.map((one) => one.address)));
  }
}

describe('readiness', () => {
  test('is what a look at the whole graph would say, after any change', () => {
    const moves = fc.array(fc.tuple(fc.nat(MOVES.length - 1), fc.nat()), { maxLength: 60 });
    fc.assert(
      fc.property(plannedSteps, moves, (steps, chosen) => {
        const world = worldOf(steps);
        compare(world);
        for (const [move, number] of chosen) {
          world.choose = chooser(number);
          MOVES[move]?.(world);
          compare(world);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('takes a run in which nothing fails to its end, whatever the order', () => {
    fc.assert(
      fc.property(plannedSteps, fc.infiniteStream(fc.nat()), (steps, numbers) => {
        const world = worldOf(steps);
        world.choose = (count) => numbers.next().value % count;
        const order: string[] = [];
        while (!world.readiness.isExhausted()) order.push(succeedNext(world));
        expect(order.toSorted()).toEqual(steps.map(({ address }) => address).toSorted());
        const place = new Map(order.map((address, at) => [address, at]));
        for (const one of steps) expectInOrder(one, steps, place);
      }),
    );
  });

  test('goes through the steps of a pool in the order in which they became ready', () => {
    const readiness = readinessOf([step('b[0]'), step('a[0]'), step('c[0]', { after: ['a[0]'] })]);
    expect([readiness.take('default', 0), readiness.take('default', 0)]).toEqual(['b[0]', 'a[0]']);
    readiness.putBack('b[0]');
    readiness.update(step('a[0]', { status: 'succeeded' }));
    expect([readiness.take('default', 0), readiness.take('default', 0)]).toEqual(['b[0]', 'c[0]']);
  });
});

describe('what comes after a step that did not succeed', () => {
  const failed = (address: string, facts: Partial<StepRecord> = {}) =>
    step(address, { status: 'failed', ...facts });

  test('is doomed with its cause, however far behind it', () => {
    const readiness = readinessOf([
      step('a[0]'),
      step('b[0]', { after: ['a[0]'] }),
      step('c[0]', { after: ['b[0]'] }),
      step('other[0]'),
    ]);
    readiness.update(failed('a[0]'));
    expect(readiness.doomed()).toEqual([
      { address: 'b[0]', cause: 'a[0]' },
      { address: 'c[0]', cause: 'a[0]' },
    ]);
  });

  test('is doomed also where it was unknown at that time and comes back to be built', () => {
    const unknown = step('b[0]', { after: ['a[0]'], status: 'unknown' });
    const readiness = readinessOf([
      step('a[0]'),
      unknown,
      step('c[0]', { after: ['b[0]'] }),
      step('old[0]', { action: 'remove', status: 'unknown' }),
    ]);
    readiness.update(failed('a[0]'));
    expect(readiness.doomed()).toEqual([]);
    readiness.update({ ...unknown, status: 'pending' });
    readiness.update(step('old[0]', { action: 'remove' }));
    expect(readiness.doomed()).toEqual([
      { address: 'b[0]', cause: 'a[0]' },
      { address: 'c[0]', cause: 'a[0]' },
      { address: 'old[0]', cause: 'a[0]' },
    ]);
  });

  test('is not doomed behind a removal that failed, where it does not depend on it', () => {
    const readiness = readinessOf([
      failed('x[0]', { action: 'remove' }),
      step('y[0]', { action: 'remove' }),
      step('z[0]', { action: 'remove', after: ['x[0]'] }),
    ]);
    expect(readiness.doomed()).toEqual([{ address: 'z[0]', cause: 'x[0]' }]);
    expect(readiness.take('default', 0)).toBe('y[0]');
  });
});

test('thousands of steps that end badly one by one are told about once each', () => {
  // Each of them looking at all others would take minutes.
  const builds = Array.from({ length: 20_000 }, (_, at) => step(`b${at}[0]`));
  const removals = builds.map((_, at) => step(`r${at}[0]`, { action: 'remove' }));
  const readiness = readinessOf([...builds, ...removals]);
  for (const one of builds) readiness.update({ ...one, status: 'cancelled' });
  expect(readiness.doomed()).toHaveLength(removals.length);
  for (const one of removals) readiness.update({ ...one, status: 'skipped' });
  expect(readiness.isExhausted()).toBe(true);
});

/** Different choices, however many, from one number. */
function chooser(seed: number): Choose {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return count === 0 ? 0 : (state >>> 8) % count;
  };
}

function worldOf(steps: StepRecord[]): World {
  return {
    readiness: readinessOf(steps),
    model: createNaiveReadiness(steps),
    nowMs: 0,
    choose: () => 0,
  };
}

function succeedNext(world: World): string {
  const pools = world.readiness.lanesWithReady(0);
  const pool = pools[world.choose(pools.length)] ?? '';
  const address = world.readiness.take(pool, 0);
  if (address === undefined) throw new Error('not exhausted, and nothing to do');
  update(world, address, { status: 'succeeded' });
  return address;
}

function expectInOrder(
  one: StepRecord,
  steps: StepRecord[],
  place: ReadonlyMap<string, number>,
): void {
  // What was unknown is found out about whenever there is time.
  if (one.status === 'unknown') return;
  const builds = steps.filter(({ action }) => action !== 'remove').map(({ address }) => address);
  for (const before of [...one.after, ...(one.action === 'remove' ? builds : [])]) {
    if (place.has(before)) expect(place.get(one.address)).toBeGreaterThan(place.get(before) ?? -1);
  }
}
