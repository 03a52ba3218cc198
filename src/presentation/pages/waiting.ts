import type { ValidationWait } from '../../engine/validation/validation.ts';
import type { Address } from '../../model/address.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import { formatDuration } from './duration.ts';
import { plural, runTitle } from './words.ts';

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

const ASKED_SHOWN_MAX = 10;

/** As a process knows it that does not ask itself: which endpoints are asked, not what they answer. */
export function askedEndpoints(
  environment: EnvironmentRecord | undefined,
  resources: readonly ResourceRecord[],
): string[] {
  if (environment?.status !== 'validating') return [];
  const asked = resources
    .filter(({ external }) => external === null)
    .flatMap(({ label, statusEndpoints }) =>
      statusEndpoints.map(({ target }) => `${label}: waiting for ${target}`),
    );
  const more = asked.length - ASKED_SHOWN_MAX;
  return [
    ...asked.slice(0, ASKED_SHOWN_MAX),
    ...(more > 0 ? [`waiting for ${plural(more, 'more status endpoint')}`] : []),
  ];
}

/** What running steps say that they wait for, by address; the rest of what they say is progress. */
export function splitProgress(
  steps: readonly StepRecord[],
  told: ReadonlyMap<Address, string>,
): { waiting: string[]; progress: Map<Address, string> } {
  const progress = new Map(told);
  const waiting = steps.flatMap(({ address, label, status }) => {
    const message = told.get(address);
    if (status !== 'running' || !message?.startsWith('waiting for ')) return [];
    progress.delete(address);
    return [`${label}: ${message}`];
  });
  return { waiting, progress };
}

/** The runs that come before a queued one. */
export function waitingInLine(run: RunRecord, others: readonly RunRecord[]): string[] {
  if (run.status !== 'queued') return [];
  return others
    .filter((other) => other.id !== run.id && other.order < run.order)
    .map((other) => `waiting for run ${other.id}, which comes first: ${runTitle(other)}`);
}

function stepWaits(run: RunRecord, step: StepRecord, nowMs: number): string[] {
  const { label, status, pool, notBeforeMs } = step;
  if (status === 'dispatched') return [`${label}: waiting for a worker of pool ${pool}`];
  if (status === 'parked') {
    return [`${label}: waiting: ${step.failure?.message ?? 'its backing system is away'}`];
  }
  if (status === 'unknown') {
    return step.needsResolve
      ? [
          `${label}: a person has to say how it ended: biotope run resolve ${run.id} ${label} --as done|not-started`,
        ]
      : [`${label}: waiting for an inspection of how it ended`];
  }
  if (status !== 'pending' || notBeforeMs === null || notBeforeMs <= nowMs) return [];
  const next = `attempt ${step.attempt + 1} of ${step.attemptsMax}`;
  return [`${label}: waiting for ${next}, in ${formatDuration(notBeforeMs - nowMs)}`];
}
