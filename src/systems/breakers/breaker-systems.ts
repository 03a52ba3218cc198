import type { Breaker } from '../../platform/breaker/breaker.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SystemStatus, Systems } from '../systems.ts';

/** The systems of this process, each as its circuit breaker sees it. */
export interface BreakerSystems extends Systems {
  /** `behind`: the needs, and parts of this process, that stand on it. Returns the breaker. */
  add(breaker: Breaker, behind?: readonly string[]): Breaker;
}

interface Known {
  breaker: Breaker;
  status: SystemStatus;
}

export function createSystems({ clock }: { clock: Clock }): BreakerSystems {
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

  return {
    add(breaker, needs = []) {
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
      return breaker;
    },
    awayAmong: (needs) => needs.map((need) => behind.get(need) ?? need).find(isAway),
    isAway,
    probesPassed: (system) => known.get(system)?.breaker.probesPassed() ?? null,
    suspect: (system) => known.get(system)?.breaker.suspect(),
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
