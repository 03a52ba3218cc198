import { type Address, addressParts } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import { healStep, isHealing } from '../../model/healing.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Order } from '../../model/order.ts';
import { isUntaken, type ResourceRecord } from '../../model/resource.ts';
import { findSecretTexts } from '../../model/secret.ts';
import {
  type Dispatch,
  dispatchStep,
  failStep,
  operationOf,
  type StepRecord,
  succeedStep,
} from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';
import { actionSpec } from '../actions/action-spec.ts';
import { findAction } from '../actions/find-action.ts';
import { type Claimed, decideClaim } from '../attempt/grant.ts';
import type { EngineContext } from '../context.ts';
import { type Decision, decideStep, noDecision } from '../decision.ts';
import { failureOf } from '../failures.ts';
import { fingerprintOf } from '../planner/fingerprint.ts';
import { resourceEvent, stepEvent, withoutResource } from '../transactions.ts';
import type { Inputs } from './inputs.ts';
import { parkedInstead } from './parking.ts';
import type { RunView } from './run-view.ts';

export interface Dispatched {
  decision: Decision;
  orders: Order[];
  /** What workers of this process hold from now on, if the decision is committed. */
  claims: Claimed[];
}

/**
 * Turns ready steps into orders. Inputs are resolved here, for now everything before them is known;
 * a resource that turns out to be what it should be already is left alone.
 */
export function dispatchSteps(
  context: EngineContext,
  { view, inputs }: { view: RunView; inputs: Inputs },
  addresses: readonly Address[],
): Dispatched {
  const dispatched: Dispatched = { decision: noDecision(), orders: [], claims: [] };
  const nowMs = context.clock.nowMs();
  for (const address of addresses) {
    const stored = view.step(address);
    const next = nextState(context, { view, inputs, stored, nowMs });
    const parked =
      next.status === 'dispatched' ? parkedInstead(context, stored.value, next) : undefined;
    if (parked !== undefined) park(dispatched.decision, stored, parked);
    else if (next.status === 'dispatched') giveOut(context, dispatched, { view, stored, next });
    else settle(dispatched.decision, stored, next);
  }
  return dispatched;
}

function park(decision: Decision, stored: Stored<StepRecord>, next: StepRecord): void {
  const { system = '' } = next.parked ?? {};
  decideStep(decision, stored, next, stepEvent('step.parked', next, { system }));
}

/** Nothing is ordered: it is as it should be, there is nothing to remove, or it cannot be made. */
function settle(decision: Decision, stored: Stored<StepRecord>, next: StepRecord): void {
  decideStep(decision, stored, next, stepEvent(`step.${next.status}`, next, outcomeData(next)));
  if (next.result !== 'removed') return;
  decision.writes.push(...withoutResource(next));
  decision.events.push(resourceEvent('resource.removed', next));
}

function giveOut(
  context: EngineContext,
  { decision, orders, claims }: Dispatched,
  { view, stored, next }: { view: RunView; stored: Stored<StepRecord>; next: StepRecord },
): void {
  const order = orderOf(next);
  orders.push(order);
  const event = stepEvent('step.dispatched', next, { operation: next.operation });
  const worker = context.residents.get(next.pool);
  if (worker === undefined) {
    decideStep(decision, stored, next, event);
    return;
  }
  const { claimed, decision: claiming } = decideClaim(context, {
    order,
    worker,
    run: view.run.value,
    template: view.template,
    stored,
    dispatched: next,
    resource: view.resources.get(next.address),
  });
  claims.push(claimed);
  decision.expect.push(...claiming.expect);
  decision.writes.push(...claiming.writes);
  decision.events.push(event, ...claiming.events);
}

interface Moment {
  view: RunView;
  inputs: Inputs;
  stored: Stored<StepRecord>;
  nowMs: number;
}

type MakeOrder = (
  operation: Dispatch['operation'],
  inputs: Pick<Dispatch, 'spec' | 'fingerprint'>,
  of?: StepRecord,
) => StepRecord;

function nextState(context: EngineContext, moment: Moment): StepRecord {
  const { view, stored, nowMs } = moment;
  const step = stored.value;
  const { epoch: runEpoch } = view.run.value;
  const order: MakeOrder = (operation, { spec, fingerprint }, of = step) => {
    const { clusterEpoch } = context;
    return dispatchStep(of, { operation, spec, fingerprint, runEpoch, clusterEpoch, atMs: nowMs });
  };
  const recorded = view.resources.get(step.address)?.value;
  if (step.status === 'unknown') return order('inspect', step);
  if (step.action === 'remove') {
    const isNotOurs = recorded !== undefined && isUntaken(recorded);
    if (isNotOurs) return succeedStep(step, 'removed', nowMs);
    return order('destroy', { spec: recorded?.spec ?? null, fingerprint: null });
  }
  try {
    if (step.action === 'act') {
      return order('act', { spec: wantedOfAction(context, view), fingerprint: null });
    }
    return step.action === 'look'
      ? looked(context, moment, { recorded, order })
      : built(context, moment, { recorded, order });
  } catch (error) {
    return failStep(step, failureOf(error, step.address), nowMs);
  }
}

function wantedOfAction({ limits }: EngineContext, view: RunView): JsonObject {
  const { value: run } = view.run;
  if (view.template === null) throw new Error(`run ${run.id} acts without a template`);
  return actionSpec(limits, {
    run,
    action: findAction(view.template.template, run.action ?? ''),
    environment: view.environment.value,
    resources: [...view.resources.values()].map(({ value }) => value),
  });
}

interface Ordering {
  recorded: ResourceRecord | undefined;
  order: MakeOrder;
}

/** What is as it should be already is left alone, unless something was asked of it. */
function built(
  context: EngineContext,
  { view, inputs, stored: { value: step }, nowMs }: Moment,
  { recorded, order }: Ordering,
): StepRecord {
  const inputsNow = wanted(context, { view, inputs }, step);
  const isAsked = step.action === 'adopt' || step.action === 'rotate' || isHealing(step);
  if (isBuiltFrom(recorded, inputsNow) && !isAsked) return succeedStep(step, 'unchanged', nowMs);
  return order(operationOf(step.action), inputsNow);
}

/** Looked at, unless what it reads has changed in this run: then it is built in any case. */
function looked(
  context: EngineContext,
  { view, inputs, stored: { value: step }, nowMs }: Moment,
  { recorded, order }: Ordering,
): StepRecord {
  if (recorded === undefined) return succeedStep(step, 'unchanged', nowMs);
  if (!isAfterBuild(view, step)) return order('look', recorded);
  const inputsNow = wanted(context, { view, inputs }, step);
  if (isBuiltFrom(recorded, inputsNow)) return order('look', inputsNow);
  const change = { action: 'change', reason: 'what it reads has changed' } as const;
  return order('apply', inputsNow, healStep(step, change));
}

function isBuiltFrom(
  recorded: ResourceRecord | undefined,
  { fingerprint }: { fingerprint: string },
): boolean {
  return recorded?.status === 'ok' && recorded.fingerprint === fingerprint;
}

/** What it reads may not be what it was. */
function isAfterBuild(view: RunView, { after }: StepRecord): boolean {
  return after.some((address) => {
    const before = view.steps.get(address);
    return before !== undefined && before.value.action !== 'look';
  });
}

function wanted(
  context: EngineContext,
  { view, inputs }: Pick<Moment, 'view' | 'inputs'>,
  step: StepRecord,
): { spec: JsonObject; fingerprint: string } {
  const { id, index } = addressParts(step.address);
  const resource = view.template?.resources.get(id);
  if (resource === undefined) throw new Error(`template has no resource ${id}`);
  const resolved = inputs.resolve(resource, index);
  if (!resolved.known) {
    throw new BiotopeError('EXPRESSION_FAILED', {
      message: `The inputs of ${step.label} need outputs of ${resolved.waitsFor.join(', ')}, which are not known.`,
    });
  }
  const spec = resolved.value as JsonObject;
  refuseMisplacedSecrets(context, step, spec);
  return { spec, fingerprint: fingerprintOf(resource, spec) };
}

/** Outputs that nobody knew to be secret before the run: they go where secrets may stand, or nowhere. */
function refuseMisplacedSecrets(context: EngineContext, step: StepRecord, spec: JsonObject): void {
  const definition = context.definitions.get(step.executor);
  const misplaced = findSecretTexts(spec).find(({ path }) => !definition?.allowsSecret(spec, path));
  if (misplaced === undefined) return;
  throw new BiotopeError('EXPRESSION_FAILED', {
    message:
      `The input with.${misplaced.path.join('.')} of ${step.label} has become a secret, and ` +
      `${step.executor} takes none there.`,
    facts: { address: step.address, path: misplaced.path },
  });
}

export function orderOf(step: StepRecord): Order {
  return {
    runId: step.runId,
    environment: step.environment,
    address: step.address,
    pool: step.pool,
    operation: step.operation,
    attempt: step.attempt,
    runEpoch: step.runEpoch,
    clusterEpoch: step.clusterEpoch,
  };
}

function outcomeData(step: StepRecord): JsonObject {
  if (step.status === 'failed') return { failure: { ...step.failure } };
  return { result: step.result };
}
