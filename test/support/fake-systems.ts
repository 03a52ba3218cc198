import type { SystemStatus, Systems } from '../../src/systems/systems.ts';

/** Systems that are away and back as a test says, and probed when it says so. */
export interface FakeSystems extends Systems {
  goAway(system: string): void;
  /** A probe has passed. */
  comeBack(system: string): void;
  suspected: string[];
}

/** `behind`: which system stands behind a need; any other need is the name of a system. */
export function createFakeSystems(
  names: readonly string[],
  behind: Readonly<Record<string, string>> = {},
): FakeSystems {
  const away = new Set<string>();
  const passed = new Map(names.map((name) => [name, 0]));
  const listeners = new Set<(status: SystemStatus) => void>();
  const statusOf = (system: string): SystemStatus => {
    const needs = Object.keys(behind).filter((need) => behind[need] === system);
    const breaker = away.has(system) ? 'open' : 'closed';
    return { system, behind: needs, breaker, sinceMs: 0 };
  };
  const tell = (system: string) => {
    for (const listener of [...listeners]) listener(statusOf(system));
  };
  const suspected: string[] = [];
  return {
    suspected,
    awayAmong: (needs) => needs.map((need) => behind[need] ?? need).find((name) => away.has(name)),
    isAway: (system) => away.has(system),
    probesPassed: (system) => passed.get(system) ?? null,
    suspect: (system) => {
      suspected.push(system);
    },
    statuses: () => names.map(statusOf),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    goAway: (system) => {
      away.add(system);
      tell(system);
    },
    comeBack: (system) => {
      away.delete(system);
      passed.set(system, (passed.get(system) ?? 0) + 1);
      tell(system);
    },
  };
}
