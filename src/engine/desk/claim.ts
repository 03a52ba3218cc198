import type { ClaimAttempt } from '../../desk/desk.ts';
import type { Grant, Order } from '../../model/order.ts';
import { type ResourceRecord, resourceKey } from '../../model/resource.ts';
import { isRunFinished, type RunRecord } from '../../model/run.ts';
import { type StepRecord, stepKey } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';
import { decideReturn } from '../attempt/decide-report.ts';
import { type Claimed, decideClaim, grantOf } from '../attempt/grant.ts';
import { reportedOf } from '../attempt/reported.ts';
import type { EngineContext } from '../context.ts';
import { decideAnew } from '../decide-anew.ts';
import type { TemplateCache } from '../templates.ts';
import { runUnchanged } from '../transactions.ts';

export interface DeskTools {
  context: EngineContext;
  templates: TemplateCache;
}

interface Asked {
  run: Stored<RunRecord>;
  step: Stored<StepRecord>;
  resource: Stored<ResourceRecord> | undefined;
}

interface Claiming {
  order: Order;
  worker: string;
  attempt?: ClaimAttempt | undefined;
}

/**
 * Grants an order to exactly one worker: it must be the current one in attempt, operation and both
 * epochs, and nobody may have claimed it.
 */
export function claimOrder(tools: DeskTools, claiming: Claiming): Promise<Grant | undefined> {
  return decideAnew(tools.context, async () => {
    const { order, attempt } = claiming;
    const asked = await read(tools.context, order);
    if (asked === undefined) return undefined;
    if (isGivenUp(asked, attempt)) {
      await takeBack(tools.context, asked);
      return undefined;
    }
    if (!isCurrent(tools.context, order, asked)) return undefined;
    const claimed = await recordClaim(tools, { ...claiming, asked });
    return grantClaimed(tools.context, claimed, asked.run.value);
  });
}

/** It was granted, and its worker never heard of that. */
function isGivenUp({ step: { value } }: Asked, attempt: ClaimAttempt | undefined): boolean {
  const token = value.status === 'running' ? value.claim?.token : undefined;
  return token !== undefined && (attempt?.givenUp.includes(token) ?? false);
}

async function takeBack(context: EngineContext, { run, step, resource }: Asked): Promise<void> {
  const decision = decideReturn(context, reportedOf(run.value, step, resource));
  await context.store.commit({ scope: step.value.environment, ...decision });
}

/** What a worker is told of a recorded claim. Undefined: its lease is over. */
export async function grantClaimed(
  context: EngineContext,
  claimed: Claimed,
  run: RunRecord,
): Promise<Grant | undefined> {
  const key = resourceKey(claimed.order.environment, claimed.order.address);
  const state = claimed.prior === undefined ? undefined : await context.store.get('states', key);
  return grantOf(context, claimed, { run, sealedState: state?.value.sealed ?? null });
}

async function read({ store }: EngineContext, order: Order): Promise<Asked | undefined> {
  const [run, step, resource] = await Promise.all([
    store.get('runs', order.runId),
    store.get('steps', stepKey(order.runId, order.address)),
    store.get('resources', resourceKey(order.environment, order.address)),
  ]);
  return run === undefined || step === undefined ? undefined : { run, step, resource };
}

function isCurrent(context: EngineContext, order: Order, { run, step }: Asked): boolean {
  const { value } = step;
  return (
    value.status === 'dispatched' &&
    value.attempt === order.attempt &&
    value.operation === order.operation &&
    value.runEpoch === order.runEpoch &&
    run.value.epoch === order.runEpoch &&
    order.clusterEpoch === context.clusterEpoch &&
    !isRunFinished(run.value) &&
    (run.value.cancelRequestedAtMs === null || order.operation === 'inspect')
  );
}

async function recordClaim(
  { context, templates }: DeskTools,
  { order, worker, attempt, asked }: Claiming & { asked: Asked },
): Promise<Claimed> {
  const { run, step, resource } = asked;
  const { value } = run;
  const template = value.template === null ? null : await templates(value.template);
  const terms = { order, worker, run: value, template, resource, token: attempt?.token };
  const { decision, claimed } = decideClaim(context, {
    ...terms,
    stored: step,
    dispatched: step.value,
  });
  context.failpoint('claim.before-commit');
  await context.store.commit({
    ...decision,
    scope: order.environment,
    expect: [runUnchanged(run), ...decision.expect],
  });
  context.failpoint('claim.after-commit');
  return claimed;
}
