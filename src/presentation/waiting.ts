import type { RunRecord } from '../model/run.ts';
import type { StepRecord } from '../model/step.ts';
import { formatDuration } from './duration.ts';
import { runTitle } from './words.ts';

/** What a run waits for, as its records tell: for a process that does not drive it. */
export function waitingFromRecords(run: RunRecord, steps: readonly StepRecord[], nowMs: number) {
  return steps.flatMap((step) => stepWaits(run, step, nowMs));
}

/** The runs that come before a queued one. */
export function waitingInLine(run: RunRecord, others: readonly RunRecord[]): string[] {
  if (run.status !== 'queued') return [];
  return others
    .filter((other) => other.id !== run.id && other.order < run.order)
    .map((other) => `run ${other.id}, which comes first: ${runTitle(other)}`);
}

function stepWaits(run: RunRecord, step: StepRecord, nowMs: number): string[] {
  const { label, status, notBeforeMs } = step;
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
