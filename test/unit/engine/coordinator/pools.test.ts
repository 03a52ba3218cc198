import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPools, type PoolUser } from '../../../../src/engine/coordinator/pools.ts';
import { createReadiness, type LaneOf } from '../../../../src/engine/coordinator/readiness.ts';
import { step } from '../../../support/records.ts';

const inPool: LaneOf = ({ pool }) => pool;

interface User extends PoolUser {
  name: string;
}

/** A run with so many independent steps in each of its pools. `order` tells who was served when. */
function user(name: string, counts: Record<string, number>, order: string[] = []): User {
  const steps = Object.entries(counts).flatMap(([pool, count]) =>
    Array.from({ length: count }, (_, at) =>
      step({ runId: name, address: `${pool}-${at}[0]`, pool }),
    ),
  );
  const readiness = createReadiness(steps, inPool);
  const take: typeof readiness.take = (...asked) => {
    order.push(name);
    return readiness.take(...asked);
  };
  return { name, readiness: { ...readiness, take }, allotted: [], held: new Map() };
}

const poolsOf = (places: Record<string, number>) =>
  createPools<User>({ placesIn: (lane) => places[lane] ?? 1 });

const heldIn = (users: readonly User[], pool: string) =>
  users.flatMap((one) => [...one.held.values()]).filter((held) => held === pool).length;

/** What the coordinator does with a step that has ended. False where none is under way. */
function finishOne(pools: ReturnType<typeof poolsOf>, users: User[], number: number): boolean {
  const held = users.flatMap((one) =>
    [...one.held].map(([address, pool]) => ({ one, address, pool })),
  );
  const chosen = held[number % Math.max(1, held.length)];
  if (chosen === undefined) return false;
  const { one, address, pool } = chosen;
  one.readiness.update(step({ runId: one.name, address, pool, status: 'succeeded' }));
  pools.release(one, address);
  return true;
}

function expectUse(users: readonly User[], pool: string, most: number): void {
  const inUse = heldIn(users, pool);
  expect(inUse).toBeLessThanOrEqual(most);
  if (inUse < most) expect(users.some((one) => one.readiness.hasReady(pool, 0))).toBe(false);
}

const counts = fc.record({ a: fc.nat(6), b: fc.nat(6) });
const concurrency = fc.record({
  a: fc.integer({ min: 1, max: 4 }),
  b: fc.integer({ min: 1, max: 4 }),
});

describe('the places of a pool', () => {
  test('are never more than it has, and every one is used while somebody is ready', () => {
    const runs = fc.array(counts, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(runs, concurrency, fc.infiniteStream(fc.nat()), (wanted, places, numbers) => {
        const users = wanted.map((each, at) => user(`run-${at}`, each));
        const pools = poolsOf(places);
        do {
          for (const one of users) pools.offer(one, 0);
          pools.allot(0);
          for (const [pool, most] of Object.entries(places)) expectUse(users, pool, most);
        } while (finishOne(pools, users, numbers.next().value));
        expect(users.every((one) => one.readiness.isExhausted())).toBe(true);
      }),
    );
  });

  test('are given in turn: who waits sees nobody else served twice', () => {
    const runs = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 6 });
    const places = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(runs, places, fc.infiniteStream(fc.nat()), (wanted, a, numbers) => {
        const order: string[] = [];
        const users = wanted.map((count, at) => user(`run-${at}`, { a: count }, order));
        const pools = poolsOf({ a });
        do {
          for (const one of users) pools.offer(one, 0);
          pools.allot(0);
        } while (finishOne(pools, users, numbers.next().value));
        for (const [at, one] of users.entries()) expectTurns(one.name, wanted[at] ?? 0, order);
      }),
    );
  });

  test('are free again when a run lets go, and never given to one that has left', () => {
    const pools = poolsOf({ a: 2 });
    const [left, stays] = [user('left', { a: 5 }), user('stays', { a: 5 })];
    pools.offer(left, 0);
    pools.allot(0);
    // It still stands in line for more places when it goes.
    pools.remove(left);
    expect(left.held.size).toBe(0);
    pools.offer(stays, 0);
    expect(pools.allot(0)).toEqual(new Set([stays]));
    expect([left.held.size, stays.held.size]).toEqual([0, 2]);
  });

  test('are held once however often it is said, and released once', () => {
    const pools = poolsOf({ a: 2 });
    const [first, second] = [user('first', {}), user('second', { a: 3 })];
    pools.hold(first, 'x[0]', 'a');
    pools.hold(first, 'x[0]', 'a');
    pools.offer(second, 0);
    pools.allot(0);
    expect(second.held.size).toBe(1);
    pools.release(first, 'x[0]');
    pools.release(first, 'x[0]');
    pools.offer(second, 0);
    pools.allot(0);
    expect(second.held.size).toBe(2);
  });
});

/** Between two turns of a run that has more to do, every other one has at most one. */
function expectTurns(name: string, count: number, order: readonly string[]): void {
  expect(order.filter((other) => other === name)).toHaveLength(count);
  let others = new Set<string>();
  for (const other of order.slice(0, order.lastIndexOf(name) + 1)) {
    if (other !== name) expect(others).not.toContain(other);
    others = other === name ? new Set() : others.add(other);
  }
}
