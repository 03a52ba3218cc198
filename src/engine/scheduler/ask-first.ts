import { approvalNeeded } from '../../model/approval.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import { isRunBegun, type RunRecord } from '../../model/run.ts';
import type { PlanRecord } from '../../model/shown-plan.ts';
import type { Stored } from '../../store/store.ts';
import { type Asking, asked } from '../approval/asked.ts';
import { planRecordOf } from '../approval/plan-record.ts';
import { requirementOf } from '../approval/requirement.ts';
import type { EngineContext } from '../context.ts';
import { failureOf, passes } from '../failures.ts';
import type { TemplateCache } from '../templates.ts';
import { putPlan, runUnchanged, unchanged } from '../transactions.ts';
import { endUnbegun, obstacleTo } from './obstacles.ts';
import { staysWaiting, waitIsOver } from './waiting.ts';
import { planOf, withSubject } from './wanted.ts';

interface Unbegun {
  run: Stored<RunRecord>;
  environment: Stored<EnvironmentRecord> | undefined;
}

/** Whether a run may be taken now, as far as approvals go. */
export async function mayTake(
  context: EngineContext,
  templates: TemplateCache,
  unbegun: Unbegun,
): Promise<'yes' | 'waits' | 'ended'> {
  const { run, environment } = unbegun;
  if (isRunBegun(run.value)) return (await staysWaiting(context, run)) ? 'waits' : 'yes';
  const isHeld = (environment?.value.activeRunId ?? null) !== null;
  return isHeld ? 'yes' : askFirst(context, templates, unbegun);
}

/**
 * Before a run begins: what it would do is planned and recorded for people, where somebody has to
 * approve of it. Nobody holds the run while it waits, and its environment stays as it is. An approval
 * counts for the plan that was looked at: where that is not what would be done now, the new plan is
 * asked about.
 */
async function askFirst(
  context: EngineContext,
  templates: TemplateCache,
  { run: stored, environment }: Unbegun,
): Promise<'yes' | 'waits' | 'ended'> {
  const known = environment?.value.status === 'destroyed' ? undefined : environment?.value;
  const requiredBy = await requirementOf(context, stored.value, known);
  // What stands in its way is told when it is taken.
  if (requiredBy === null || obstacleTo(stored.value, known) !== null) return 'yes';
  const subject = withSubject(stored.value, known);
  const run = { ...subject, approval: subject.approval ?? approvalNeeded(requiredBy) };
  const over = waitIsOver(context, run);
  if (over !== null) {
    await endUnbegun(context, stored, over);
    return 'ended';
  }
  if (run.status === 'awaiting-approval' && !(await restsOnOther(context, run))) return 'waits';
  let plan: PlanRecord;
  try {
    plan = await planNow(context, templates, { run, environment: known });
  } catch (error) {
    const failure = failureOf(error);
    if (passes(failure)) throw error;
    await endUnbegun(context, stored, failure);
    return 'ended';
  }
  if (run.approval.approved?.plan === plan.digest) return 'yes';
  if (run.status === 'awaiting-approval' && run.approval.plan === plan.digest) {
    await keepLooking(context, stored, plan);
  } else {
    await ask(context, { run: stored, environment }, { approval: run.approval, plan });
  }
  return 'waits';
}

/** Whether a resource was written since the plan was made that people look at. */
async function restsOnOther({ store }: EngineContext, run: RunRecord): Promise<boolean> {
  const made = await store.get('plans', run.id);
  const where = { environment: run.environment };
  const changedAfter = made?.revision ?? 0;
  return (await store.find('resources', { where, changedAfter, limit: 1 })).length > 0;
}

/** What was written changes nothing of the plan: what comes after it may. */
async function keepLooking(
  { store }: EngineContext,
  stored: Stored<RunRecord>,
  plan: PlanRecord,
): Promise<void> {
  const scope = stored.value.environment;
  const writes = [putPlan(plan)];
  await store.commit({ scope, expect: [runUnchanged(stored)], writes, events: [] });
}

async function planNow(
  context: EngineContext,
  templates: TemplateCache,
  { run, environment }: { run: RunRecord; environment: EnvironmentRecord | undefined },
): Promise<PlanRecord> {
  const template = run.template === null ? null : await templates(run.template);
  const found = await context.store.find('resources', { where: { environment: run.environment } });
  const resources = found.map(({ value }) => value);
  const plan = planOf(context, { run, environment, template, resources });
  return planRecordOf(run, plan, context.clock.nowMs());
}

async function ask(
  context: EngineContext,
  { run: stored, environment }: Unbegun,
  asking: Asking,
): Promise<void> {
  const { run, writes, events } = asked(context, stored.value, asking);
  await context.store.commit({
    scope: run.environment,
    expect: [runUnchanged(stored), unchanged('environments', run.environment, environment)],
    writes,
    events,
  });
}
