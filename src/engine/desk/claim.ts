import type { Grant, Order } from '../../model/order.ts';
import { type ResourceRecord, resourceKey } from '../../model/resource.ts';
import { isRunFinished, type RunRecord } from '../../model/run.ts';
import { claimStep, type StepRecord, stepKey } from '../../model/step.ts';
import type { Stored, Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { decideAnew } from '../decide-anew.ts';
import type { TemplateCache } from '../templates.ts';
import {
  putResource,
  putStep,
  runUnchanged,
  stepEvent,
  stepUnchanged,
  unchanged,
} from '../transactions.ts';
import { recordOfAttempt } from './records.ts';
import type { Remembered } from './reported.ts';

export interface DeskTools {
  context: EngineContext;
  templates: TemplateCache;
  remembered: Remembered;
}

interface Asked {
  run: Stored<RunRecord>;
  step: Stored<StepRecord>;
  resource: Stored<ResourceRecord> | undefined;
  sealedState: string | null;
}

/**
 * `dispatched` -> `running` for exactly one worker: the order must be the current one in attempt,
 * operation and both epochs, and nobody may have claimed it. What may exist from now on is recorded
 * in the same transaction, before the executor begins.
 */
export function claimOrder(
  tools: DeskTools,
  order: Order,
  worker: string,
): Promise<Grant | undefined> {
  return decideAnew(tools.context, async (tries) => {
    const asked = await read(tools, order, tries);
    if (asked === undefined || !isCurrent(tools.context, order, asked)) return undefined;
    return grant(tools, order, asked, worker);
  });
}

async function read(
  { context: { store }, remembered }: DeskTools,
  order: Order,
  tries: number,
): Promise<Asked | undefined> {
  const key = resourceKey(order.environment, order.address);
  const view = tries === 1 ? remembered(order.runId) : undefined;
  const step = view?.steps.get(order.address);
  if (view !== undefined && step !== undefined) {
    const resource = view.resources.get(order.address);
    const state = resource === undefined ? undefined : await store.get('states', key);
    return { run: view.run, step, resource, sealedState: state?.value.sealed ?? null };
  }
  return readStored({ store }, order, key);
}

async function readStored(
  { store }: Pick<EngineContext, 'store'>,
  order: Order,
  key: string,
): Promise<Asked | undefined> {
  const [run, step, resource, state] = await Promise.all([
    store.get('runs', order.runId),
    store.get('steps', stepKey(order.runId, order.address)),
    store.get('resources', key),
    store.get('states', key),
  ]);
  if (run === undefined || step === undefined) return undefined;
  return { run, step, resource, sealedState: state?.value.sealed ?? null };
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

async function grant(
  { context, templates }: DeskTools,
  order: Order,
  asked: Asked,
  worker: string,
): Promise<Grant> {
  const { clock, settings, store } = context;
  const nowMs = clock.nowMs();
  const { run, resource } = asked;
  const claim = { worker, token: context.ids(), expiresAtMs: nowMs + settings.claimLeaseMs };
  const step = claimStep(asked.step.value, claim, nowMs);
  const template = run.value.template === null ? null : await templates(run.value.template);
  const record = announced({ order, step, run: run.value, template, resource, nowMs });
  const writes: Write[] = [putStep(step), ...(record === undefined ? [] : [putResource(record)])];
  context.failpoint('claim.before-commit');
  await store.commit({
    scope: order.environment,
    expect: [
      runUnchanged(run),
      stepUnchanged(asked.step),
      unchanged('resources', resourceKey(order.environment, order.address), resource),
    ],
    writes,
    events: [stepEvent('step.running', step, { operation: step.operation, worker })],
  });
  context.failpoint('claim.after-commit');
  const current = record ?? resource?.value;
  return {
    order,
    label: step.label,
    identity: step.identity,
    executor: step.executor,
    claimToken: claim.token,
    claimNumber: step.claimCount,
    leaseMs: settings.claimLeaseMs,
    timeoutMs: step.timeoutMs,
    bundleDigest: current?.template.digest ?? run.value.template?.digest ?? '',
    spec: current?.spec ?? {},
    adopt: step.adopt,
    prior: priorOf(resource?.value, asked.sealedState),
  };
}

/** The resource as it will be recorded while this order is worked on. Undefined: as it is. */
function announced(facts: {
  order: Order;
  step: StepRecord;
  run: RunRecord;
  template: Awaited<ReturnType<TemplateCache>> | null;
  resource: Stored<ResourceRecord> | undefined;
  nowMs: number;
}): ResourceRecord | undefined {
  const { order, step, run, template, resource, nowMs } = facts;
  const prior = resource?.value;
  if (order.operation === 'inspect') return undefined;
  if (order.operation === 'destroy') {
    if (prior === undefined) return undefined;
    return { ...prior, status: 'removing', runId: run.id, runEpoch: run.epoch, updatedAtMs: nowMs };
  }
  if (template === null) throw new Error(`run ${run.id} builds without a template`);
  return recordOfAttempt({ step, run, template, prior, nowMs });
}

/** What a worker is told of what is there; its state sealed. */
export function priorOf(
  resource: ResourceRecord | undefined,
  sealedState: string | null,
): Grant['prior'] {
  if (resource === undefined) return null;
  const { spec, record, outputs } = resource;
  return { spec, record, outputs, sealedState };
}
