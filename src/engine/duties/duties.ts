import type { EngineContext } from '../context.ts';

/** What an engine does again and again by itself. */
export interface Duty {
  /** In logs. */
  name: string;
  everyMs: number;
  /** Done also by an engine that lives for one command; otherwise only by a service. */
  isForAll?: boolean;
  /** May be called again whenever it has ended, however that was. Ends soon once it is aborted. */
  perform(signal: AbortSignal): Promise<unknown>;
}

export interface Duties {
  /** Begins what is due. */
  tick(): void;
  /** Resolves once none is under way. */
  stop(): Promise<void>;
}

/**
 * Each in its own rhythm, at the first tick first, never twice at once, and only while this process leads.
 * What fails is tried again then.
 */
export function createDuties(
  { clock, log, settings, leadership }: EngineContext,
  duties: readonly Duty[],
): Duties {
  let isStopped = false;
  let abort = new AbortController();
  const own = duties.filter(({ isForAll }) => isForAll === true || settings.isService);
  const dueAtMs = new Map<Duty, number>(own.map((duty) => [duty, 0]));
  const underWay = new Map<Duty, Promise<void>>();

  const unwatch = leadership.watch(() => {
    if (leadership.isLeading()) abort = new AbortController();
    else abort.abort();
  });

  async function perform(duty: Duty): Promise<void> {
    const { signal } = abort;
    try {
      await duty.perform(signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, duty: duty.name }, 'a duty could not be done; tried again later');
    }
  }

  function rest(duty: Duty): void {
    underWay.delete(duty);
    dueAtMs.set(duty, clock.nowMs() + duty.everyMs);
  }

  return {
    tick: () => {
      if (isStopped || !leadership.isLeading()) return;
      for (const [duty, atMs] of dueAtMs) {
        if (underWay.has(duty) || clock.nowMs() < atMs) continue;
        underWay.set(
          duty,
          perform(duty).finally(() => rest(duty)),
        );
      }
    },
    stop: async () => {
      isStopped = true;
      unwatch();
      abort.abort();
      await Promise.all(underWay.values());
    },
  };
}
