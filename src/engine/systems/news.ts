import { isBiotopeError } from '../../model/errors.ts';
import type { EventDraft } from '../../model/event.ts';
import type { SystemStatus } from '../../systems/systems.ts';
import type { EngineContext } from '../context.ts';

/** Tells those who follow events that a system went away, and that it is back. */
export interface SystemNews {
  /** Returns how to hear no more. */
  follow(): () => void;
  /** What could not be told is told again. */
  tick(): void;
  /** Resolves once nothing is being told. */
  idle(): Promise<void>;
}

/** Events of no environment. */
const SCOPE = '@systems';

/** The store may be what is away: as many changes are remembered until it is back. */
const UNTOLD_MAX = 100;

export function createSystemNews({ store, systems, holder, log }: EngineContext): SystemNews {
  const openSinceMs = new Map<string, number>();
  const untold: EventDraft[] = [];
  let telling: Promise<void> | null = null;

  function hear({ system, breaker, sinceMs }: SystemStatus): void {
    const wasSinceMs = openSinceMs.get(system);
    if (breaker !== 'closed' && wasSinceMs === undefined) {
      openSinceMs.set(system, sinceMs);
      note({ type: 'breaker.opened', data: { system, holder } });
    }
    if (breaker === 'closed' && wasSinceMs !== undefined) {
      openSinceMs.delete(system);
      note({ type: 'breaker.closed', data: { system, holder, awayMs: sinceMs - wasSinceMs } });
    }
  }

  function note(event: Pick<EventDraft, 'type' | 'data'>): void {
    untold.push({ ...event, runId: null, address: null });
    if (untold.length > UNTOLD_MAX) untold.shift();
    tell();
  }

  function tell(): void {
    if (telling !== null || untold.length === 0) return;
    telling = tellAll().finally(() => {
      telling = null;
    });
  }

  async function tellAll(): Promise<void> {
    try {
      for (let event = untold[0]; event !== undefined; event = untold[0]) {
        await store.commit({ scope: SCOPE, expect: [], writes: [], events: [event] });
        // Some may have been dropped meanwhile.
        if (untold[0] === event) untold.shift();
      }
    } catch (error) {
      if (isBiotopeError(error)) log.debug({ err: error }, 'news of a system is told later');
      else log.error({ err: error }, 'news of a system could not be told');
    }
  }

  return {
    follow: () => systems.watch(hear),
    tick: tell,
    idle: async () => {
      await telling;
    },
  };
}
