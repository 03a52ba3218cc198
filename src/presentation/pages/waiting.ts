import type { ValidationWait } from '../../engine/validation/validation.ts';
import type { Address } from '../../model/address.ts';
import type { ApprovalCause } from '../../model/approval.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import { isParked } from '../../model/parked-step.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import { shellWord } from '../../platform/shell-word.ts';
import { formatDuration } from './duration.ts';
import { type Wait, waitFor } from './wait.ts';
import { plural, runTitle } from './words.ts';

/** What a step waits for by its own state, as its record tells whichever process drives the run. */
export function waitOfState(run: RunRecord, step: StepRecord, nowMs: number): Wait[] {
  switch (step.status) {
    case 'dispatched':
      return [waitFor(step, 'worker', `a worker of pool ${step.pool}`)];
    case 'parked':
      return [waitFor(step, 'system', awaySystem(step))];
    case 'unknown':
      if (isParked(step)) return [waitFor(step, 'system', awaySystem(step))];
      return step.needsResolve
        ? [waitFor(step, 'person', sayingHow(run, step))]
        : [waitFor(step, 'inspection', 'an inspection of how it ended')];
    case 'pending':
      return pause(step, nowMs);
    default:
      return [];
  }
}

/** Of one that was never begun there is no more to tell. */
function awaySystem({ failure, parked = null, parkings = 0 }: StepRecord): string {
  const why = failure === null || parkings === 0 ? '' : `: ${failure.message}`;
  return `${parked?.system ?? 'a system'}, which is away${why}`;
}

function sayingHow({ id }: RunRecord, { label }: StepRecord): string {
  const command = `biotope run resolve ${id} ${shellWord(label)} --as done|not-started`;
  return `somebody who looks how it ended, and says it: ${command}`;
}

function pause(step: StepRecord, nowMs: number): Wait[] {
  const { notBeforeMs, attempt, attemptsMax } = step;
  if (notBeforeMs === null || notBeforeMs <= nowMs) return [];
  const lasting = `attempt ${attempt + 1} of ${attemptsMax}`;
  const message = `${lasting}, in ${formatDuration(notBeforeMs - nowMs)}`;
  return [waitFor(step, 'pause', message, { untilMs: notBeforeMs, lasting })];
}

/** What only the process knows that asks: status endpoints that have not answered yet. */
export function waitingEndpoints(waits: readonly ValidationWait[], nowMs: number): Wait[] {
  return waits.map((wait) => {
    const since = formatDuration(nowMs - wait.sinceMs);
    const answer = `(last answer: ${wait.lastAnswer})`;
    const message = `${wait.target} for ${since} ${answer}`;
    return waitFor(wait, 'endpoint', message, { lasting: `${wait.target} ${answer}` });
  });
}

const ASKED_SHOWN_MAX = 10;

/** As a process knows it that does not ask itself: which endpoints are asked, not what they answer. */
export function askedEndpoints(
  environment: EnvironmentRecord | undefined,
  resources: readonly ResourceRecord[],
): Wait[] {
  if (environment?.status !== 'validating') return [];
  const asked = resources
    .filter(({ external }) => external === null)
    .flatMap((resource) =>
      resource.statusEndpoints.map(({ target }) => waitFor(resource, 'endpoint', target)),
    );
  const more = asked.length - ASKED_SHOWN_MAX;
  return [
    ...asked.slice(0, ASKED_SHOWN_MAX),
    ...(more > 0 ? [waitFor(null, 'endpoint', plural(more, 'more status endpoint'))] : []),
  ];
}

const SAID = 'waiting for ';

/** What running steps say that they wait for, by address; the rest of what they say is progress. */
export function splitProgress(
  steps: readonly StepRecord[],
  told: ReadonlyMap<Address, string>,
): { waiting: Wait[]; progress: Map<Address, string> } {
  const progress = new Map(told);
  const waiting = steps.flatMap((step) => {
    const message = told.get(step.address);
    if (step.status !== 'running' || !message?.startsWith(SAID)) return [];
    progress.delete(step.address);
    return [waitFor(step, 'work', message.slice(SAID.length))];
  });
  return { waiting, progress };
}

const APPROVED: Record<ApprovalCause, string> = {
  plan: 'its plan',
  stale: 'its plan, which is another one than before',
  steps: 'what some of its steps would replace or remove',
};

/** Somebody has to look at the plan of the run. */
export function waitingForApproval(run: RunRecord): Wait[] {
  if (run.status !== 'awaiting-approval') return [];
  const cause = run.approval?.cause ?? 'plan';
  const command = `biotope run approve ${run.id}`;
  return [waitFor(null, 'approval', `somebody who approves ${APPROVED[cause]}: ${command}`)];
}

/** The runs that come before a queued one. */
export function waitingInLine(run: RunRecord, others: readonly RunRecord[]): Wait[] {
  if (run.status !== 'queued') return [];
  return others
    .filter((other) => other.id !== run.id && other.order < run.order)
    .map((other) =>
      waitFor(null, 'line', `run ${other.id}, which comes first: ${runTitle(other)}`),
    );
}
