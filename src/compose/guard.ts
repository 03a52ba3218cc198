import type { Config } from '../config/schema.ts';
import type { Breaker } from '../platform/breaker/breaker.ts';
import { systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { BreakerSystems } from '../systems/breakers/breaker-systems.ts';

export interface GuardTerms {
  config: Config;
  log: Logger;
  /** Who waits for systems, told of each; absent: nobody waits. */
  systems?: BreakerSystems | undefined;
}

export interface Guarded {
  system: string;
  /** As people call it: "Consul". */
  title: string;
  /** The needs that it stands behind: see `Systems.awayAmong`. */
  behind?: readonly string[];
  /** Resolves where the system can do its work. */
  probe(signal: AbortSignal): Promise<void>;
}

/** Makes circuit breakers. What they are made of is loaded by those alone who have a system. */
export async function loadGuard(terms: GuardTerms): Promise<(guarded: Guarded) => Breaker> {
  const { config, log, systems } = terms;
  const { createBreaker } = await import('../platform/breaker/breaker.ts');
  return ({ behind, ...facts }) => {
    const breaker = createBreaker({ ...facts, settings: config.breaker, clock: systemClock, log });
    return systems?.add(breaker, behind) ?? breaker;
  };
}
