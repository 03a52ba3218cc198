import { type EnvironmentRecord, isJudgedByHealth } from '../../model/environment.ts';
import { isBiotopeError } from '../../model/errors.ts';
import { UNFINISHED_RUN } from '../../model/run.ts';
import type { ReconcileSchedule } from '../../model/schedule.ts';
import { turnsOf } from '../../platform/cron.ts';
import { stableFraction } from '../../platform/stable-fraction.ts';
import type { EngineContext } from '../context.ts';
import type { Duty } from '../duties/duties.ts';
import type { Intake } from '../intake/intake.ts';
import { put, unchanged } from '../transactions.ts';

const EVERY_MS = 15_000;

/** In inboxes, audit and runs. */
const SOURCE = 'biotope/schedule';

/**
 * Reconciles environments when their schedules say so. Of the turns that were missed only the last one
 * is made up for, and none that a build came after. A turn has one command id, so that it is taken in
 * once however often it is sent; while another run is there, or in line, nothing is sent.
 */
export function reconcilingOnTime(context: EngineContext, submit: Intake['submit']): Duty {
  const { store, clock, settings, log } = context;
  /** When the next turn may be due, by environment and schedule: most looks find nothing to do. */
  let waits = new Map<string, number>();

  async function perform(signal: AbortSignal): Promise<void> {
    const found = await store.find('environments', { where: { status: ['ok', 'failed'] } });
    const before = waits;
    waits = new Map();
    for (const { value: environment } of found) {
      const schedule = environment.reconcile?.schedule ?? null;
      // What failed waits for a person; what a run holds, for the end of it.
      if (schedule === null || !isJudgedByHealth(environment)) continue;
      signal.throwIfAborted();
      const key = JSON.stringify([environment.id, schedule]);
      const waitsUntilMs = before.get(key) ?? 0;
      const isWaiting = waitsUntilMs > clock.nowMs();
      waits.set(key, isWaiting ? waitsUntilMs : await look(environment, schedule));
    }
  }

  /** Returns when it is to be looked again. */
  async function look(
    environment: EnvironmentRecord,
    schedule: ReconcileSchedule,
  ): Promise<number> {
    const delayMs = stableFraction(environment.name) * settings.reconcileJitterMs;
    const turns = turnsOf(schedule);
    const nowMs = clock.nowMs();
    const turnMs = turns.lastAt(nowMs - delayMs);
    const isDue = turnMs !== null && turnMs > (await lastBuiltOrTurn(environment));
    if (isDue && !(await takeTurn(environment, { schedule, turnMs }))) return nowMs;
    const nextMs = turns.nextAfter(nowMs - delayMs);
    return nextMs === null ? Number.POSITIVE_INFINITY : nextMs + delayMs;
  }

  async function lastBuiltOrTurn(environment: EnvironmentRecord): Promise<number> {
    const { lastRunId, lastTurnAtMs, createdAtMs } = environment;
    const run = lastRunId === null ? undefined : await store.get('runs', lastRunId);
    return Math.max(lastTurnAtMs ?? 0, run?.value.finishedAtMs ?? createdAtMs);
  }

  /** False: not now. */
  async function takeTurn(
    environment: EnvironmentRecord,
    { schedule, turnMs }: { schedule: ReconcileSchedule; turnMs: number },
  ): Promise<boolean> {
    const { name, id } = environment;
    const line = await store.find('runs', { where: { environment: name, status: UNFINISHED_RUN } });
    if (line.length > 0) return false;
    const data = { name, ...(schedule.heal === null ? {} : { heal: schedule.heal }) };
    const turn = `${id}/${new Date(turnMs).toISOString()}`;
    const answer = await submit(
      { type: 'environment.reconcile', data },
      { source: SOURCE, id: turn },
    );
    if (answer.outcome === 'rejected') {
      log.warn({ environment: name, code: answer.code }, 'a scheduled reconciliation was refused');
    }
    return remember(environment, turnMs);
  }

  /** The inbox forgets in time; until this is recorded the same turn is sent again under its id. */
  async function remember({ name, id }: EnvironmentRecord, turnMs: number): Promise<boolean> {
    const stored = await store.get('environments', name);
    if (stored === undefined || stored.value.id !== id) return true;
    try {
      await store.commit({
        scope: name,
        expect: [unchanged('environments', name, stored)],
        writes: [put('environments', name, { ...stored.value, lastTurnAtMs: turnMs })],
        events: [],
      });
      return true;
    } catch (error) {
      if (isBiotopeError(error, 'STORE_CONFLICT')) return false;
      throw error;
    }
  }

  return { name: 'reconcile on time', everyMs: EVERY_MS, perform };
}
