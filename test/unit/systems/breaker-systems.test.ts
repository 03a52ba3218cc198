import { describe, expect, onTestFinished, test } from 'vitest';
import { BiotopeError } from '../../../src/model/errors.ts';
import { createBreaker } from '../../../src/platform/breaker/breaker.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { createSystems } from '../../../src/systems/breakers/breaker-systems.ts';
import { KEY_VALUE } from '../../../src/systems/systems.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const settings = { failuresMin: 3, windowMs: 10_000, callTimeoutMs: 5_000, probeEveryMs: 2_000 };

function build() {
  const clock = createVirtualClock();
  const world = { isWell: true };
  const facts = { system: 'consul', title: 'Consul', clock, log: silentLogger, settings };
  const ask = async () => {
    if (world.isWell) return;
    throw new BiotopeError('SYSTEM_UNAVAILABLE', { message: 'gone', facts: { system: 'consul' } });
  };
  const systems = createSystems({ clock });
  const breaker = systems.add(createBreaker({ ...facts, probe: ask }), [KEY_VALUE]);
  onTestFinished(breaker.close);
  return { clock, world, systems, fail: () => breaker.call(ask).catch(() => {}) };
}

describe('systems behind circuit breakers', () => {
  test('are away while their breaker is open, for every need that they stand behind', async () => {
    const { clock, world, systems, fail } = build();
    expect(systems.awayAmong([KEY_VALUE, 'consul'])).toBeUndefined();
    world.isWell = false;
    for (let times = 0; times < 3; times += 1) await fail();
    expect(systems.isAway('consul')).toBe(true);
    expect(systems.awayAmong(['secrets', KEY_VALUE])).toBe('consul');
    expect(systems.awayAmong(['secrets'])).toBeUndefined();
    await clock.advance(10_000);
    expect(systems.probesPassed('consul')).toBe(0);
    world.isWell = true;
    await clock.advance(2_000);
    expect(systems.isAway('consul')).toBe(false);
    expect(systems.probesPassed('consul')).toBe(1);
  });

  test('are probed soon where somebody met them away, and go away by that probe alone', async () => {
    const { clock, world, systems } = build();
    systems.suspect('consul');
    await clock.settle();
    expect(systems.probesPassed('consul')).toBe(1);
    world.isWell = false;
    systems.suspect('consul');
    await clock.settle();
    expect(systems.isAway('consul')).toBe(true);
  });

  test('tell each change, and the same list for as long as there is none', async () => {
    const { clock, world, systems } = build();
    const told: string[] = [];
    systems.watch(({ system, breaker }) => told.push(`${system} ${breaker}`));
    const before = systems.statuses();
    expect(systems.statuses()).toBe(before);
    world.isWell = false;
    systems.suspect('consul');
    await clock.settle();
    expect(systems.statuses()).toEqual([
      { system: 'consul', behind: [KEY_VALUE], breaker: 'open', sinceMs: clock.nowMs() },
    ]);
    world.isWell = true;
    await clock.advance(2_000);
    expect(told).toEqual(['consul open', 'consul half-open', 'consul closed']);
  });

  test('that nobody here knows are neither away nor probed', () => {
    const { systems } = build();
    expect(systems.isAway('vault')).toBe(false);
    expect(systems.probesPassed('vault')).toBeNull();
    systems.suspect('vault');
  });
});
