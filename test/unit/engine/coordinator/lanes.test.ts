import { describe, expect, test } from 'vitest';
import { DEFINITIONS } from '../../../../src/compose/executors.ts';
import { DEFAULT_ENGINE_SETTINGS } from '../../../../src/engine/context.ts';
import { createLanes } from '../../../../src/engine/coordinator/lanes.ts';

const lanes = createLanes({
  definitions: DEFINITIONS,
  settings: {
    ...DEFAULT_ENGINE_SETTINGS,
    pools: new Map([
      ['default', { programs: 4, calls: 100 }],
      ['site', { programs: 2, calls: 50 }],
    ]),
  },
});

const placesFor = (executor: string, pool = 'default') =>
  lanes.placesIn(lanes.laneOf({ executor, pool }));

describe('the places of a pool', () => {
  test('are few for steps that start programs, and many for steps that only make calls', () => {
    expect([placesFor('terraform'), placesFor('command')]).toEqual([4, 4]);
    expect(['consul-kv', 'vault-secret', 'external'].map((kind) => placesFor(kind))).toEqual([
      100, 100, 100,
    ]);
    expect([placesFor('terraform', 'site'), placesFor('consul-kv', 'site')]).toEqual([2, 50]);
  });

  test('are those of programs for an executor that is not known here', () => {
    expect(placesFor('from-elsewhere')).toBe(4);
  });

  test('let a step of a pool that nobody serves any more end', () => {
    expect([placesFor('terraform', 'gone'), placesFor('consul-kv', 'gone')]).toEqual([1, 1]);
  });
});
