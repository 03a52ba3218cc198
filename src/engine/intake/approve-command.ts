import type { CommandData } from '../../bus/messages/commands.ts';
import { isStepHeld, releaseStep } from '../../model/held-step.ts';
import { approveRun, type RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { putRun, putStep, runEvent, runUnchanged, stepUnchanged } from '../transactions.ts';
import { readRun } from './run-commands.ts';
import { type Acceptance, refuse } from './verdict.ts';

/** Somebody says yes to the plan of a run. Audited, as a yes that is told later is worth nothing. */
export async function acceptApproval(
  context: EngineContext,
  identity: CommandIdentity,
  data: CommandData['run.approve'],
): Promise<Acceptance> {
  const stored = await readRun(context, data.run);
  const { value: run } = stored;
  const plan = askedPlanOf(run);
  if (data.plan !== undefined && data.plan !== plan) throw otherPlan(run, data.plan, plan);
  const atMs = context.clock.nowMs();
  const approved = approveRun(run, { plan, by: identity.source, atMs });
  const held = await heldStepsOf(context, run);
  return {
    scope: run.environment,
    expect: [runUnchanged(stored), ...held.map(stepUnchanged)],
    writes: [putRun(approved), ...held.map(({ value }) => putStep(releaseStep(value)))],
    events: [
      runEvent('run.approved', approved, { plan, by: identity.source }),
      runEvent(`run.${approved.status}`, approved),
    ],
    runId: run.id,
    audited: { detail: { plan } },
  };
}

/** In the middle of a run it is they that are approved. */
async function heldStepsOf(
  { store }: EngineContext,
  run: RunRecord,
): Promise<Stored<StepRecord>[]> {
  if (run.summary === null) return [];
  const pending = await store.find('steps', { where: { runId: run.id, status: ['pending'] } });
  return pending.filter(({ value }) => isStepHeld(value));
}

function askedPlanOf(run: RunRecord): string {
  const plan = run.approval?.plan ?? null;
  if (run.status === 'awaiting-approval' && plan !== null && run.cancelRequestedAtMs === null) {
    return plan;
  }
  const how =
    run.cancelRequestedAtMs === null || run.status !== 'awaiting-approval'
      ? `it is ${run.status}`
      : 'it is being cancelled';
  throw refuse('RUN_NOT_AWAITING', {
    message: `Run ${run.id} does not wait for an approval: ${how}.`,
    facts: { run: run.id, status: run.status },
  });
}

function otherPlan({ id }: RunRecord, told: string, plan: string): Error {
  return refuse('PLAN_CHANGED', {
    message:
      `Run ${id} asks about another plan by now than the one that was looked at: nothing was ` +
      `approved. Look at it again: biotope run show ${id}`,
    facts: { run: id, told, plan },
  });
}
