import { approvalNeeded } from '../../model/approval.ts';
import { type EnvironmentRecord, isSettled } from '../../model/environment.ts';
import { isAmbiguous } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import { startRunning } from '../../model/run.ts';
import { reconcilingAfter } from '../../model/schedule.ts';
import { operationOf, type StepRecord } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';
import { asked } from '../approval/asked.ts';
import { digestOfPlan, planRecordOf } from '../approval/plan-record.ts';
import type { EngineContext } from '../context.ts';
import type { Lanes } from '../coordinator/lanes.ts';
import { createRunView, type RunRecords, type RunView } from '../coordinator/run-view.ts';
import { toDefeated } from '../coordinator/settle.ts';
import { failureOf, passes } from '../failures.ts';
import type { Plan, PlannedResource } from '../planner/plan.ts';
import type { TemplateCache } from '../templates.ts';
import { put, putRun, putStep, runEvent, runUnchanged, unchanged } from '../transactions.ts';
import type { Taken } from './begin.ts';
import { movedRecords, withMoved } from './moved.ts';
import { recordAction } from './prepare-action.ts';
import { planOf, wantedOf } from './wanted.ts';

const STEP_TIMEOUT_DEFAULT_MS = 3_600_000;

export interface Preparing {
  templates: TemplateCache;
  lanes: Lanes;
}

/**
 * Makes a taken run ready to be driven: its plan is recorded as steps, once; after that the steps
 * are what counts. Undefined: it cannot be planned and has failed, or waits for another approval.
 */
export async function prepareRun(
  context: EngineContext,
  { templates, lanes }: Preparing,
  taken: Taken,
): Promise<RunView | undefined> {
  const { store } = context;
  const { laneOf } = lanes;
  const { value: run } = taken.run;
  const resources = await store.find('resources', { where: { environment: run.environment } });
  const planned = run.summary !== null;
  const steps = planned ? await store.find('steps', { where: { runId: run.id } }) : [];
  const records = { ...taken, steps, resources, template: null };
  if (run.cancelRequestedAtMs !== null && !planned) {
    return cancelUnplanned(context, createRunView(records, laneOf));
  }
  try {
    const template = run.template === null ? null : await templates(run.template);
    if (planned) return createRunView({ ...records, template }, laneOf);
    const record = run.kind === 'action' ? recordAction : recordPlan;
    const prepared = await record(context, { ...records, template });
    return prepared === undefined ? undefined : createRunView(prepared, laneOf);
  } catch (error) {
    const failure = failureOf(error);
    if (passes(failure)) throw error;
    if (failure.code === 'INTERNAL')
      context.log.error({ err: error, run: run.id }, 'planning failed');
    await end(context, createRunView(records, laneOf), failure);
    return undefined;
  }
}

async function cancelUnplanned(context: EngineContext, view: RunView): Promise<undefined> {
  const message = `Run ${view.run.value.id} was cancelled.`;
  await end(context, view, { code: 'RUN_CANCELLED', message, detail: null, address: null });
}

async function end(
  context: EngineContext,
  view: RunView,
  failure: Parameters<typeof toDefeated>[2],
): Promise<void> {
  const { expect, writes, events } = toDefeated(context, view, failure);
  await context.store.commit({
    scope: view.run.value.environment,
    expect: [runUnchanged(view.run), ...expect],
    writes,
    events,
  });
}

/** What the run makes of its environment is recorded with its plan: a refused one changes nothing. */
async function recordPlan(
  context: EngineContext,
  records: RunRecords,
): Promise<RunRecords | undefined> {
  const { run, environment: before } = records;
  const { environment: name } = run.value;
  const wanted = run.value.kind === 'destroy' ? {} : wantedOf(context, run.value, before.value);
  const changed = { ...before.value, ...wanted, ...scheduled(records) };
  const plan = planOf(context, {
    run: run.value,
    environment: before.value,
    template: records.template,
    resources: records.resources.map(({ value }) => value),
  });
  if (!isApproved(run.value, plan)) return askAgain(context, run, plan);
  const { reconcile = null } = run.value;
  // What only looks adopts nothing, and gives nothing up.
  const isBuild = reconcile === null || !isSettled(before.value);
  const environment = isBuild ? { ...changed, adopting: adoptionsOf(plan) } : before.value;
  const running = startRunning(run.value, plan.summary);
  const steps = plan.resources
    .filter(({ action, isJoint }) => action !== 'leave' || isJoint)
    .map((resource) => stepFor(context, running, resource));
  const moved = await movedRecords(context, running, plan.moves);
  context.failpoint('plan.before-commit');
  const { number } = await context.store.commit({
    scope: name,
    expect: [runUnchanged(run), unchanged('environments', name, before)],
    writes: [
      putRun(running),
      put('environments', name, environment),
      ...moved.writes,
      ...steps.map(putStep),
    ],
    events: [runEvent('run.running', running, { summary: { ...plan.summary } }), ...moved.events],
  });
  context.failpoint('plan.after-commit');
  return {
    ...records,
    run: { value: running, revision: number },
    environment: { value: environment, revision: number },
    resources: withMoved(records.resources, plan.moves, number),
    steps: steps.map((value): Stored<StepRecord> => ({ value, revision: number })),
  };
}

function isApproved({ approval }: RunRecord, plan: Plan): boolean {
  return approval === null || approval.approved?.plan === digestOfPlan(plan);
}

/** It has begun, and what it rests on has changed since it was approved: nothing of it is done yet. */
async function askAgain(
  context: EngineContext,
  stored: Stored<RunRecord>,
  plan: Plan,
): Promise<undefined> {
  const { value: run } = stored;
  const record = planRecordOf(run, plan, context.clock.nowMs());
  const approval = run.approval ?? approvalNeeded('environment');
  const { writes, events } = asked(context, run, { approval, plan: record });
  await context.store.commit({
    scope: run.environment,
    expect: [runUnchanged(stored)],
    writes,
    events,
  });
}

/** Only what builds an environment says when it is reconciled. */
function scheduled({
  run: { value: run },
  environment: { value: environment },
  template,
}: RunRecords): Pick<EnvironmentRecord, 'reconcile'> {
  if (run.kind !== 'create' && run.kind !== 'update') return {};
  const ofTemplate = template?.template.reconcile ?? null;
  return { reconcile: reconcilingAfter(run.schedule, environment.reconcile ?? null, ofTemplate) };
}

function adoptionsOf({ resources }: Plan): EnvironmentRecord['adopting'] {
  return Object.fromEntries(
    resources.flatMap(({ address, adopt }) => (adopt === null ? [] : [[address, adopt]])),
  );
}

/**
 * Whether its executor is asked before it changes anything. What becomes of inputs that people have seen
 * they know for keys and secrets; what a program makes of them, or of those known after deploy, nobody does.
 */
function isGuarded(context: EngineContext, run: RunRecord, planned: PlannedResource): boolean {
  if (run.approval === null) return false;
  if (planned.action === 'decide') return true;
  const startsPrograms = context.definitions.get(planned.executor)?.startsPrograms ?? true;
  return planned.action === 'change' && startsPrograms;
}

function stepFor(context: EngineContext, run: RunRecord, planned: PlannedResource): StepRecord {
  const { resource, recorded } = planned;
  const definition = context.definitions.get(planned.executor);
  const ownTimeoutMs = resource?.timeoutSeconds == null ? null : resource.timeoutSeconds * 1_000;
  const action =
    planned.action === 'decide' || planned.action === 'leave' ? 'change' : planned.action;
  return {
    runId: run.id,
    environment: run.environment,
    address: planned.address,
    identity: planned.identity,
    label: planned.label,
    action,
    reason: planned.reason,
    protect: planned.protect,
    executor: planned.executor,
    pool: planned.pool,
    after: planned.after,
    status: recorded !== null && isAmbiguous(recorded) ? 'unknown' : 'pending',
    adopt: planned.adopt,
    guard: isGuarded(context, run, planned) ? { approved: [], held: null } : null,
    drift: planned.drift ?? null,
    operation: operationOf(action),
    attempt: 0,
    ...(resource?.retry ?? context.settings.retry),
    inspections: 0,
    losses: 0,
    needsResolve: false,
    timeoutMs: ownTimeoutMs ?? definition?.defaultTimeoutMs ?? STEP_TIMEOUT_DEFAULT_MS,
    runEpoch: run.epoch,
    clusterEpoch: run.clusterEpoch,
    notBeforeMs: null,
    claim: null,
    claimCount: 0,
    reportedClaim: null,
    spec: null,
    fingerprint: null,
    result: null,
    failure: null,
    dispatchedAtMs: null,
    startedAtMs: null,
    finishedAtMs: null,
  };
}
