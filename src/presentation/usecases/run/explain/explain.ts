import { isRunFinished, type RunRecord } from '../../../../model/run.ts';
import { resultOf, type StepRecord, type StepStatus } from '../../../../model/step.ts';
import { formatDuration, formatTime } from '../../../pages/duration.ts';
import type { Explanation } from '../../../pages/explanation.ts';
import type { Wait } from '../../../pages/wait.ts';
import { doing, done } from '../../../pages/words.ts';
import { attemptsOf } from './attempts.ts';
import { dependentsOf } from './dependents.ts';
import type { ResourceFacts, RunFacts, StepFacts } from './facts.ts';
import { nextForResource, nextForRun, nextForStep } from './next.ts';
import { runWaits, waitsOf } from './waits.ts';

export function explainStep(facts: StepFacts): Explanation {
  const { run, step, steps, changes, history } = facts;
  const waits = waitsOf(facts);
  const causes = causesOf(facts);
  return {
    run,
    label: step.label,
    address: step.address,
    state: step.status,
    summary: summaryOf(facts, waits, causes),
    action: step.action,
    wasDecidedLate: step.result === 'unchanged',
    reason: step.reason,
    failure: step.failure,
    changes,
    waits,
    attempts: attemptsOf(history),
    dependents: dependentsOf(step.address, steps),
    next: nextForStep(facts, causes),
  };
}

/** What the run's plan asks nothing of. */
export function explainResource(facts: ResourceFacts): Explanation {
  const { run, resource, steps, builder } = facts;
  const { label, address } = resource;
  if (!isPlanned(run)) return explainUnplanned(facts, { label, address });
  const isLater = resource.createdAtMs > (run.finishedAtMs ?? Number.POSITIVE_INFINITY);
  const summary = isLater
    ? `${label} was no part of this run: run ${resource.runId} made it later.`
    : leftSummary(label, run, builder ?? { id: resource.runId });
  return {
    ...withoutStep(run, { label, address }),
    state: isLater ? 'absent' : 'left',
    summary,
    dependents: dependentsOf(address, steps),
    next: nextForResource(facts),
  };
}

/** Whatever is to become of it: the run has no plan yet, or ended without one. */
export function explainUnplanned(
  facts: RunFacts,
  named: Pick<Explanation, 'label' | 'address'>,
): Explanation {
  return {
    ...withoutStep(facts.run, named),
    state: 'unplanned',
    summary: unplannedSummary(facts),
    failure: facts.run.failure,
    waits: runWaits(facts),
    next: nextForRun(facts),
  };
}

export function isPlanned(run: RunRecord): boolean {
  return run.summary !== null;
}

function withoutStep(run: RunRecord, named: Pick<Explanation, 'label' | 'address'>) {
  return {
    run,
    ...named,
    action: null,
    wasDecidedLate: false,
    reason: null,
    failure: null,
    changes: [],
    waits: [],
    attempts: [],
    dependents: [],
  };
}

function unplannedSummary({ run, driver, ahead }: RunFacts): string {
  if (run.failure !== null) {
    return `The run ended before anything was planned: ${run.failure.message} (${run.failure.code})`;
  }
  if (run.status === 'awaiting-approval') {
    return 'Nothing has begun yet: the run waits until somebody approves its plan.';
  }
  if (ahead.length > 0) return 'Nothing is planned yet: the run waits in line.';
  if (driver === null) return 'Nothing is planned yet, and nobody works on the run.';
  return 'Nothing is planned yet: the run is about to begin.';
}

function leftSummary(
  label: string,
  run: RunRecord,
  builder: Pick<RunRecord, 'id'> & Partial<RunRecord>,
): string {
  const { order = 0, kind, finishedAtMs = null } = builder;
  if (order > run.order) {
    return `${label} was left as it was. Since then run ${builder.id} (${kind}) has built it anew.`;
  }
  const when = finishedAtMs === null ? '' : `, ${formatTime(finishedAtMs)}`;
  const by = kind === undefined ? '' : ` (${kind}${when})`;
  return `${label} is left: unchanged since run ${builder.id}${by}: same content and inputs.`;
}

/** For a skipped step those that doomed it, for a waiting one those that a person has to see to. */
function causesOf({ step, steps, history }: StepFacts): StepRecord[] {
  if (step.status === 'skipped') {
    const cause = history.findLast(({ type }) => type === 'step.skipped')?.data.cause;
    const labels = new Set(typeof cause === 'string' ? cause.split(', ') : []);
    return steps.filter(({ label }) => labels.has(label));
  }
  if (step.status !== 'pending') return [];
  const before = new Set(step.after);
  return steps.filter(({ address, status }) => before.has(address) && status === 'unknown');
}

function summaryOf(
  facts: StepFacts,
  waits: readonly Wait[],
  causes: readonly StepRecord[],
): string {
  const { step } = facts;
  const { label, status, failure } = step;
  switch (status) {
    case 'succeeded':
      return succeededSummary(facts);
    case 'running':
      return facts.driver === null
        ? `${label} was under way when its process was lost: ${doing(step)}, ${attemptOf(step)}.`
        : `${label} is under way: ${doing(step)} ${since(facts)}.`;
    case 'failed':
      return `${label} failed ${took(step)}: ${failure?.message ?? 'nothing was said.'}`;
    case 'cancelled':
      return `${label} was cancelled ${step.startedAtMs === null ? 'before it began' : 'in the middle'}.`;
    case 'skipped':
      return skippedSummary(label, causes);
    case 'unknown':
      return `Nobody knows how ${label} ended. ${failure?.message ?? ''}`.trim();
    default:
      return waitingSummary(facts, waits);
  }
}

function waitingSummary({ run, step, driver }: StepFacts, waits: readonly Wait[]): string {
  const deed = step.action === 'look' ? 'looked at' : resultOf(step.action);
  const wanted = `${step.label} is to be ${deed}`;
  if (driver === null && !isRunFinished(run)) {
    return `${wanted}: the run was interrupted, and nobody works on it.`;
  }
  const first = waits[0]?.message ?? 'its turn';
  const more = waits.length > 1 ? `, and for ${waits.length - 1} more` : '';
  const asked = run.cancelRequestedAtMs === null || isRunFinished(run);
  const cancel = asked ? '' : ' The run is being cancelled.';
  return `${wanted} and waits for ${first}${more}.${cancel}`;
}

function succeededSummary({ step, labelNow }: StepFacts): string {
  const renamed = labelNow === null || labelNow === step.label ? '' : ` It is ${labelNow} now.`;
  if (step.result === 'drifted') {
    return `${step.label} was looked at ${took(step)}, and has drifted.${renamed}`;
  }
  if (step.action === 'look') {
    return `${step.label} was looked at ${took(step)}: it is as it was built.${renamed}`;
  }
  if (step.result === 'unchanged') {
    return `${step.label} was found unchanged when its turn came: same content and inputs.${renamed}`;
  }
  return `${step.label} was ${done(step)} ${took(step)}.${renamed}`;
}

const HOW_DEFEATED: Partial<Record<StepStatus, string>> = {
  failed: 'failed',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
  unknown: 'ended nobody knows how',
};

function skippedSummary(label: string, causes: readonly StepRecord[]): string {
  const why = causes.map(({ label: cause, status, failure }) => {
    const how = HOW_DEFEATED[status] ?? `is ${status} now`;
    return `${cause} ${how}${failure === null ? '' : `: ${failure.message}`}`;
  });
  return why.length === 0
    ? `${label} was skipped because something before it did not succeed.`
    : `${label} was skipped because ${why.join('; ')}`;
}

function since({ step, nowMs }: StepFacts): string {
  const { startedAtMs } = step;
  const time = startedAtMs === null ? '' : `for ${formatDuration(nowMs - startedAtMs)}, `;
  return `${time}${attemptOf(step)}`;
}

function attemptOf({ attempt, attemptsMax }: StepRecord): string {
  return `attempt ${attempt} of ${attemptsMax}`;
}

/** `after 3.2 s and 2 attempts` */
function took({ startedAtMs, finishedAtMs, attempt }: StepRecord): string {
  if (startedAtMs === null || finishedAtMs === null) return 'before it began';
  const attempts = attempt > 1 ? ` and ${attempt} attempts` : '';
  return `after ${formatDuration(finishedAtMs - startedAtMs)}${attempts}`;
}
