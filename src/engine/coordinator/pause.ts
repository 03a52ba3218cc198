import type { Address } from '../../model/address.ts';
import { approvalNeeded } from '../../model/approval.ts';
import { isStepHeld } from '../../model/held-step.ts';
import type { RunSummary } from '../../model/run.ts';
import type { PlanRecord, ShownResource } from '../../model/shown-plan.ts';
import type { StepRecord } from '../../model/step.ts';
import { digestJson } from '../../platform/digest.ts';
import { asked } from '../approval/asked.ts';
import type { EngineContext } from '../context.ts';
import { commitDecision } from './commit.ts';
import type { RunView } from './run-view.ts';
import type { Session } from './session.ts';

/** Steps that would replace or remove what nobody approved. Nothing more begins beside them. */
export function heldSteps({ run, readiness, step }: RunView): StepRecord[] {
  if (run.value.approval === null || run.value.cancelRequestedAtMs !== null) return [];
  const pending = [...readiness.withStatus('pending')].map((address) => step(address).value);
  return pending.filter(isStepHeld);
}

/** What goes on where nothing new is begun: how a step has ended is still asked. */
export function toBeFoundOut({ view, allotted }: Pick<Session, 'view' | 'allotted'>): Address[] {
  return allotted.filter((address) => view.step(address).value.status === 'unknown');
}

/** Whether the run can pause: what was under way has ended, and nobody has to find out how. */
function isAtRest({ readiness, step }: RunView): boolean {
  const { withStatus } = readiness;
  if (withStatus('dispatched').size > 0 || withStatus('running').size > 0) return false;
  return [...withStatus('unknown')].every((address) => step(address).value.needsResolve);
}

/**
 * Lets the run go until somebody has answered, once it is at rest. Its environment is held all the
 * while. False: something is still under way.
 */
export async function pauseRun(
  context: EngineContext,
  view: RunView,
  held: readonly StepRecord[],
): Promise<boolean> {
  if (!isAtRest(view)) return false;
  const { value: run } = view.run;
  const approval = run.approval ?? approvalNeeded('environment');
  const plan: PlanRecord = {
    runId: run.id,
    environment: run.environment,
    digest: digestJson([run.id, ...held.map(({ address, guard }) => [address, lossesOf(guard)])]),
    madeAtMs: context.clock.nowMs(),
    summary: { ...NOTHING, change: held.length },
    resources: held.map(shownStep),
    unlisted: 0,
  };
  const { writes, events } = asked(context, run, { approval, plan, cause: 'steps' });
  await commitDecision(context, view, { expect: [], writes, events });
  return true;
}

const NOTHING: RunSummary = {
  create: 0,
  change: 0,
  adopt: 0,
  rotate: 0,
  decide: 0,
  remove: 0,
  unchanged: 0,
};

function lossesOf(guard: StepRecord['guard']) {
  return (guard?.held ?? []).map(({ action, subject, lines }) => [action, subject, ...lines]);
}

function shownStep({ address, label, executor, reason, guard }: StepRecord): ShownResource {
  const losses = guard?.held ?? [];
  return {
    address,
    label,
    executor,
    action: 'change',
    reason,
    movedFrom: null,
    inputs: [],
    losses,
  };
}
