import type { EnvironmentRecord } from '../model/environment.ts';
import { systemClock } from '../platform/clock.ts';
import { turnsOf } from '../platform/cron.ts';
import { isoTime } from './time.ts';

/** When it is reconciled by itself; null: never. A server adds the delay that spreads the turns. */
export function scheduleDocument(environment: EnvironmentRecord) {
  const { reconcile, status } = environment;
  const schedule = reconcile?.schedule ?? null;
  if (schedule === null) return null;
  return {
    ...schedule,
    from: reconcile?.isOwn === true ? ('command' as const) : ('template' as const),
    nextAt: status === 'destroyed' ? null : isoTime(nextTurnOf(environment, systemClock.nowMs())),
    lastAt: isoTime(environment.lastTurnAtMs ?? null),
  };
}

/** Null: there is none. */
export function nextTurnOf({ reconcile }: EnvironmentRecord, nowMs: number): number | null {
  const schedule = reconcile?.schedule ?? null;
  return schedule === null ? null : turnsOf(schedule).nextAfter(nowMs);
}
