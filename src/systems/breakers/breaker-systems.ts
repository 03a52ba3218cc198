import type { Breaker } from '../../platform/breaker/breaker.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SystemStatus, Systems } from '../systems.ts';

/** The systems of this process, each as its circuit breaker sees it. */
export interface BreakerSystems extends Systems {
  /** `behind`: the needs, and parts of this process, that stand on it. Returns the breaker. */
  add(breaker: Breaker, behind?: readonly string[]): Breaker;
  /** Ends all of them. */
  close(): void;
}

interface Known {
  breaker: Breaker;
  status: SystemStatus;
}

interface Dependencies {
  clock: Clock;
  /** Of a system that somebody names who met it away; undefined: nobody can probe it here. */
  breakerOf?: ((system: string) => Breaker | undefined) | undefined;
}

/** Names come from outside. */
const FOUND_MAX = 100;

export function createSystems({ clock, breakerOf }: Dependencies): BreakerSystems {
  const known = new Map<string, Known>();
  const behind = new Map<string, string>();
  const listeners = new Set<(status: SystemStatus) => void>();
  let told: readonly SystemStatus[] | undefined;

  const isAway = (system: string) => {
    const { breaker } = known.get(system) ?? {};
    return breaker !== undefined && breaker.state() !== 'closed';
  };

  function change(one: Known): void {
    one.status = { ...one.status, breaker: one.breaker.state(), sinceMs: clock.nowMs() };
    told = undefined;
    for (const listener of [...listeners]) listener(one.status);
  }

  function find(system: string): Known | undefined {
    const there = known.get(system);
    if (there !== undefined || known.size >= FOUND_MAX) return there;
    const made = breakerOf?.(system);
    return made === undefined ? undefined : add(made, []);
  }

  function add(breaker: Breaker, needs: readonly string[]): Known {
    const { system } = breaker;
    const status: SystemStatus = {
      system,
      behind: needs,
      breaker: breaker.state(),
      sinceMs: clock.nowMs(),
    };
    const one: Known = { breaker, status };
    known.set(system, one);
    for (const need of needs) behind.set(need, system);
    told = undefined;
    breaker.watch(() => change(one));
    return one;
  }

  return {
    add: (breaker, needs = []) => add(breaker, needs).breaker,
    close: () => {
      for (const { breaker } of known.values()) breaker.close();
    },
    awayAmong: (needs) => needs.map((need) => behind.get(need) ?? need).find(isAway),
    isAway,
    probesPassed: (system) => find(system)?.breaker.probesPassed() ?? null,
    suspect: (system) => find(system)?.breaker.suspect(),
    statuses: () => {
      told ??= [...known.values()].map(({ status }) => status);
      return told;
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
