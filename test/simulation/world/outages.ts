import type { SystemStatus, Systems } from '../../../src/systems/systems.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';
import type { Chronicle } from '../model/chronicle.ts';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';

/** The system that things are made in. */
export const CLOUD = 'cloud';

/** When that system is away, and what the circuit breaker of each process knows of it. */
export interface Outages {
  readonly isAway: boolean;
  goAway(durationMs: number): void;
  /** The store answers nobody. */
  readonly isStoreAway: boolean;
  loseStore(durationMs: number): void;
  /** Both are back, and stay. */
  end(): void;
  /** As the process knows it: told late, and probed. */
  systemsOf(process: Process): Systems;
  /** When a probe of this process passed last. */
  passedAtMs(name: string): number;
}

const PROBE_EVERY_MS = 2_000;
const PROBE_TAKES_MS = 500;
const NOTICED_WITHIN_MS = 6_000;

export function createOutages({
  clock,
  chance,
  chronicle,
}: {
  clock: VirtualClock;
  chance: Chance;
  chronicle: Chronicle;
}): Outages {
  const suspicions = new Set<() => void>();
  const passedAtMs = new Map<string, number>();
  let awayUntilMs = 0;
  let storeAwayUntilMs = 0;
  const isAway = () => clock.nowMs() < awayUntilMs;

  function systemsOf(process: Process): Systems {
    const listeners = new Set<(status: SystemStatus) => void>();
    let passed = 0;
    let isOpen = false;
    let isAsking = false;

    const status = (): SystemStatus => {
      return { system: CLOUD, behind: [], breaker: isOpen ? 'open' : 'closed', sinceMs: 0 };
    };

    function answered(isWell: boolean): void {
      isAsking = false;
      if (isWell) {
        passed += 1;
        passedAtMs.set(process.name, clock.nowMs());
      } else process.clock.setTimer(PROBE_EVERY_MS, ask);
      if (isOpen !== isWell) return;
      isOpen = !isWell;
      chronicle.note(process.name, () => `${CLOUD} is ${isOpen ? 'away' : 'back'}`);
      for (const listener of [...listeners]) listener(status());
    }

    function ask(): void {
      if (isAsking) return;
      isAsking = true;
      process.clock.setTimer(chance.below(PROBE_TAKES_MS), () => answered(!isAway()));
    }

    const notice = () => {
      process.clock.setTimer(chance.below(NOTICED_WITHIN_MS), ask);
    };
    suspicions.add(notice);
    process.onDeath(() => suspicions.delete(notice));
    return {
      awayAmong: (needs) => (isOpen && needs.includes(CLOUD) ? CLOUD : undefined),
      isAway: () => isOpen,
      probesPassed: () => passed,
      suspect: ask,
      statuses: () => [status()],
      watch: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }

  return {
    get isAway() {
      return isAway();
    },
    goAway(durationMs) {
      awayUntilMs = Math.max(awayUntilMs, clock.nowMs() + durationMs);
      chronicle.note('world', () => `${CLOUD} goes away`);
      chronicle.mark('outages');
      for (const notice of suspicions) notice();
    },
    get isStoreAway() {
      return clock.nowMs() < storeAwayUntilMs;
    },
    loseStore(durationMs) {
      storeAwayUntilMs = Math.max(storeAwayUntilMs, clock.nowMs() + durationMs);
      chronicle.note('world', () => 'the store goes away');
      chronicle.mark('outages of the store');
    },
    end: () => {
      awayUntilMs = 0;
      storeAwayUntilMs = 0;
    },
    systemsOf,
    passedAtMs: (name) => passedAtMs.get(name) ?? Number.NEGATIVE_INFINITY,
  };
}
