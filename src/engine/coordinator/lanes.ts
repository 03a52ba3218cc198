import type { StepRecord } from '../../model/step.ts';
import type { EngineContext, PoolPlaces } from '../context.ts';

/**
 * Where a step stands in line: each pool has places for steps that start a program, and more of them
 * for steps that only make calls. One kind never waits for a place of the other.
 */
export interface Lanes {
  laneOf(step: Pick<StepRecord, 'pool' | 'executor'>): string;
  placesIn(lane: string): number;
}

interface Pool extends PoolPlaces {
  /** The names of its lanes. Pools' names have no space. */
  callLane: string;
}

/** A pool that nobody serves any more may still have steps under way. */
const UNSERVED: PoolPlaces = { programs: 1, calls: 1 };

export function createLanes({
  definitions,
  settings,
}: Pick<EngineContext, 'definitions' | 'settings'>): Lanes {
  const pools = new Map<string, Pool>();
  const places = new Map<string, number>();

  function poolOf(name: string): Pool {
    const known = pools.get(name);
    if (known !== undefined) return known;
    const { programs, calls } = settings.pools.get(name) ?? UNSERVED;
    const pool = { programs, calls, callLane: `${name} calls` };
    pools.set(name, pool);
    places.set(name, programs).set(pool.callLane, calls);
    return pool;
  }

  return {
    laneOf: ({ pool, executor }) => {
      const { callLane } = poolOf(pool);
      return definitions.get(executor)?.startsPrograms === false ? callLane : pool;
    },
    placesIn: (lane) => places.get(lane) ?? 1,
  };
}
