import { isBiotopeError } from '../../model/errors.ts';
import { type RunRecord, UNFINISHED_RUN } from '../../model/run.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Coordinator } from '../coordinator/coordinator.ts';
import type { TemplateCache } from '../templates.ts';
import { takeForRun } from './begin.ts';
import { prepareRun } from './prepare.ts';

/**
 * Chooses which runs this process takes: of each environment only the first in line, however many
 * wait behind it; a run that another holder let go, or whose holder was silent beyond its lease, is
 * taken up where it was left.
 */
export interface Scheduler {
  /** Something may be waiting. Cheap to call; looks are made one after another. */
  look(): void;
  /** One look, and what it took up that somebody had begun before. */
  lookNow(): Promise<RunRecord[]>;
  drain(): void;
  idle(): Promise<void>;
}

export function createScheduler(
  context: EngineContext,
  { coordinator, templates }: { coordinator: Coordinator; templates: TemplateCache },
): Scheduler {
  const beginning = new Set<string>();
  let current: Promise<unknown> | null = null;
  let lookAgain = false;
  let isDraining = false;

  async function lookNow(): Promise<RunRecord[]> {
    const resumed: RunRecord[] = [];
    for (const stored of await firstInLine(context)) {
      if (isDraining || !hasRoom()) break;
      const { id } = stored.value;
      if (coordinator.holds(id) || beginning.has(id) || !isFree(context, stored.value)) continue;
      if (stored.value.status !== 'queued') resumed.push(stored.value);
      beginning.add(id);
      await begin(stored).finally(() => beginning.delete(id));
    }
    return resumed;
  }

  function hasRoom(): boolean {
    return coordinator.activeCount < context.settings.runsActiveMax;
  }

  async function begin(stored: Stored<RunRecord>): Promise<void> {
    try {
      const taken = await takeForRun(context, stored);
      // Who was faster tells by a commit when there is something to do again.
      if (taken === 'overtaken') return;
      if (taken === 'ended') return look();
      const view = await prepareRun(context, templates, taken);
      if (view === undefined) return look();
      coordinator.add(view);
    } catch (error) {
      if (isBiotopeError(error, 'STORE_CONFLICT')) return look();
      context.log.error(
        { err: error, run: stored.value.id },
        'a run could not be taken; tried again',
      );
    }
  }

  function look(): void {
    if (isDraining) return;
    if (current !== null) {
      lookAgain = true;
      return;
    }
    current = lookNow()
      .catch((error: unknown) => context.log.error({ err: error }, 'the queue could not be read'))
      .finally(() => {
        current = null;
        if (!lookAgain) return;
        lookAgain = false;
        context.clock.soon(look);
      });
  }

  return {
    look,
    lookNow,
    drain() {
      isDraining = true;
    },
    async idle() {
      while (current !== null) await current;
    },
  };
}

async function firstInLine({ store }: EngineContext): Promise<Stored<RunRecord>[]> {
  const unfinished = await store.find('runs', { where: { status: UNFINISHED_RUN } });
  const first = new Map<string, Stored<RunRecord>>();
  for (const stored of unfinished) {
    const known = first.get(stored.value.environment);
    if (known === undefined || stored.value.order < known.value.order) {
      first.set(stored.value.environment, stored);
    }
  }
  return [...first.values()];
}

function isFree({ settings, clock, holder }: EngineContext, run: RunRecord): boolean {
  if (run.lease === null) return true;
  if (run.lease.holder === holder || settings.otherHoldersAreDead) return true;
  return clock.nowMs() > run.lease.expiresAtMs;
}
