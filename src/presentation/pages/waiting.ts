import type { ValidationWait } from '../../engine/validation/validation.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import { formatDuration } from './duration.ts';
import { runTitle } from './words.ts';

/** What the steps of a run wait for, as its records tell whichever process drives it. */
export function waitingSteps(run: RunRecord, steps: readonly StepRecord[], nowMs: number) {
  return steps.flatMap((step) => stepWaits(run, step, nowMs));
}

/** What only the process knows that asks: status endpoints that have not answered yet. */
export function waitingEndpoints(waits: readonly ValidationWait[], nowMs: number): string[] {
  return waits.map(
    ({ label, target, sinceMs, lastAnswer }) =>
      `${label}: waiting for ${target} for ${formatDuration(nowMs - sinceMs)} (last answer: ${lastAnswer})`,
  );
}

/** The runs that come before a queued one. */
export function waitingInLine(run: RunRecord, others: readonly RunRecord[]): string[] {
  if (run.status !== 'queued') return [];
  return others
    .filter((other) => other.id !== run.id && other.order < run.order)
    .map((other) => `run ${other.id}, which comes first: ${runTitle(other)}`);
}

function stepWaits(run: RunRecord, step: StepRecord, nowMs: number): string[] {
  const { label, status, pool, notBeforeMs } = step;
  if (status === 'dispatched') return [`${label}: waiting for a worker of pool ${pool}`];
  if (status === 'parked') {
    return [`${label}: ${step.failure?.message ?? 'its backing system is away'}`];
  }
  if (status === 'unknown') {
    return step.needsResolve
      ? [
          `${label}: a person has to say how it ended: biotope run resolve ${run.id} ${label} --as done|not-started`,
        ]
      : [`${label}: an inspection of how it ended`];
  }
  if (status !== 'pending' || notBeforeMs === null || notBeforeMs <= nowMs) return [];
  const next = `attempt ${step.attempt + 1} of ${step.attemptsMax}`;
  return [`${label}: ${next} in ${formatDuration(notBeforeMs - nowMs)}`];
}
