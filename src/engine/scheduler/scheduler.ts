import { isBiotopeError } from '../../model/errors.ts';
import { type RunRecord, UNFINISHED_RUN } from '../../model/run.ts';
import type { Committed, Stored, Transaction } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Coordinator } from '../coordinator/coordinator.ts';
import { mayTake } from './ask-first.ts';
import { takeForRun } from './begin.ts';
import { createLines, firstOf } from './lines.ts';
import { type Preparing, prepareRun } from './prepare.ts';

/**
 * Chooses which runs this process takes: of each environment only the first in line, however many
 * wait behind it; a run that another holder let go, or whose holder was silent beyond its lease, is
 * taken up where it was left.
 */
export interface Scheduler {
  /** News from the store: what a transaction wrote. */
  absorb(transaction: Transaction, committed: Committed): void;
  /** Something may be waiting. Cheap to call; looks are made one after another. */
  look(): void;
  /** Reads what is waiting; returns what it took up that somebody had begun before. */
  begin(): Promise<RunRecord[]>;
  /** Leases that have ended, and what others have committed. */
  tick(): void;
  drain(): void;
  idle(): Promise<void>;
}

/** Who is alone hears of every commit: for it reading all anew is a precaution. */
const REFRESH_MS = 15_000;

export function createScheduler(
  context: EngineContext,
  { coordinator, ...preparing }: Preparing & { coordinator: Coordinator },
): Scheduler {
  const { store, clock, settings, log } = context;
  const lines = createLines(store);
  /** Environments whose first run is being taken, and those with news since that began. */
  const beginning = new Set<string>();
  const withNews = new Set<string>();
  let current: Promise<unknown> | null = null;
  let lookAgain = false;
  let refreshAtMs = 0;
  let isDraining = false;

  async function lookNow(): Promise<RunRecord[]> {
    if (clock.nowMs() >= refreshAtMs) {
      refreshAtMs = clock.nowMs() + REFRESH_MS;
      await lines.refresh();
    }
    const resumed: RunRecord[] = [];
    const begun: Promise<void>[] = [];
    for (let first = nextForUs(); first !== undefined; first = nextForUs()) {
      if (isUnderWay(first.value)) resumed.push(first.value);
      begun.push(begin(first));
    }
    await Promise.all(begun);
    return resumed;
  }

  function nextForUs(): Stored<RunRecord> | undefined {
    while (!isDraining && hasRoom()) {
      const first = lines.takeChanged();
      if (first === undefined || isForUs(first.value)) return first;
      if (beginning.has(first.value.environment)) withNews.add(first.value.environment);
    }
    return undefined;
  }

  function hasRoom(): boolean {
    return coordinator.activeCount + beginning.size < settings.runsActiveMax;
  }

  function isForUs(run: RunRecord): boolean {
    const isBeginning = beginning.has(run.environment);
    return !isBeginning && !coordinator.holds(run.id) && isFree(context, run);
  }

  async function begin(stored: Stored<RunRecord>): Promise<void> {
    const { id, environment } = stored.value;
    beginning.add(environment);
    try {
      await take(stored);
    } catch (error) {
      lines.putBack(environment);
      if (isBiotopeError(error, 'STORE_CONFLICT')) {
        // What was heard of the line is old, and news of it may have been lost.
        refreshAtMs = 0;
        withNews.add(environment);
      } else log.error({ err: error, run: id }, 'a run could not be taken; tried again');
    } finally {
      beginning.delete(environment);
      lookAgainAt(environment);
    }
  }

  function lookAgainAt(environment: string): void {
    if (!withNews.delete(environment)) return;
    lines.putBack(environment);
    look();
  }

  async function take(stored: Stored<RunRecord>): Promise<void> {
    if (!settings.otherHoldersAreDead && !(await isFirst(stored))) return;
    const environment = await store.get('environments', stored.value.environment);
    const answer = await mayTake(context, preparing.templates, { run: stored, environment });
    if (answer === 'waits') return;
    if (answer === 'ended') return look();
    const taken = await takeForRun(context, stored, environment);
    // Who was faster tells by a commit when there is something to do again.
    if (taken === 'overtaken') return;
    const view = taken === 'ended' ? undefined : await prepareRun(context, preparing, taken);
    if (view === undefined) look();
    else coordinator.add(view);
  }

  /** Another engine may have accepted an earlier run of which nothing was heard here. */
  async function isFirst({ value: { id, environment } }: Stored<RunRecord>): Promise<boolean> {
    const line = await store.find('runs', { where: { environment, status: UNFINISHED_RUN } });
    return firstOf(line)?.value.id === id;
  }

  function look(): void {
    if (isDraining) return;
    if (current !== null) {
      lookAgain = true;
      return;
    }
    current = lookNow()
      .catch((error: unknown) => log.error({ err: error }, 'the queue could not be read'))
      .finally(() => {
        current = null;
        if (!lookAgain) return;
        lookAgain = false;
        clock.soon(look);
      });
  }

  return {
    absorb(transaction, committed) {
      if (lines.absorb(transaction, committed)) look();
    },
    look,
    begin: lookNow,
    tick() {
      // Of what another one commits nothing may have been heard.
      if (!settings.otherHoldersAreDead) refreshAtMs = 0;
      look();
    },
    drain() {
      isDraining = true;
    },
    async idle() {
      while (current !== null) await current;
    },
  };
}

function isUnderWay({ status }: RunRecord): boolean {
  return status !== 'queued' && status !== 'awaiting-approval';
}

function isFree({ settings, clock, holder }: EngineContext, run: RunRecord): boolean {
  if (run.lease === null) return true;
  if (run.lease.holder === holder || settings.otherHoldersAreDead) return true;
  return clock.nowMs() > run.lease.expiresAtMs;
}
