import type { EnvironmentRecord } from '../../model/environment.ts';
import { stableFraction } from '../../platform/stable-fraction.ts';
import type { EngineContext } from '../context.ts';

/** Whose turn it is: each in its own rhythm, so that not all are asked at the same moment. */
export interface Rounds {
  /** Those whose turn has come. Their next one is an interval away, a tenth more or less. */
  due(environments: readonly EnvironmentRecord[], nowMs: number): EnvironmentRecord[];
}

const JITTER = 0.1;

export function createRounds({
  settings,
  random,
}: Pick<EngineContext, 'settings' | 'random'>): Rounds {
  const { healthIntervalMs } = settings;
  let turns = new Map<string, number>();

  const pauseMs = () => healthIntervalMs * (1 - JITTER + 2 * JITTER * random());

  return {
    due(environments, nowMs) {
      const next = new Map<string, number>();
      const found = environments.filter(({ id, name }) => {
        const atMs = turns.get(id) ?? nowMs + stableFraction(name) * healthIntervalMs;
        const isDue = atMs <= nowMs;
        next.set(id, isDue ? nowMs + pauseMs() : atMs);
        return isDue;
      });
      turns = next;
      return found;
    },
  };
}
