import type { Grant, Order } from '../../model/order.ts';
import { type ResourceRecord, resourceKey } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import { claimStep, type Operation, type StepRecord } from '../../model/step.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import type { TemplateIndex } from '../templates.ts';
import { putResource, putStep, stepEvent, stepUnchanged, unchanged } from '../transactions.ts';
import { recordOfAttempt } from './records.ts';

/** A claim that is recorded, or is about to be: what its worker is told is made from it. */
export interface Claimed {
  order: Order;
  worker: string;
  /** Running. */
  step: StepRecord;
  /** The resource as it is recorded while the order is worked on, and as it was before. */
  resource: ResourceRecord | undefined;
  prior: ResourceRecord | undefined;
}

interface Asked {
  order: Order;
  worker: string;
  run: RunRecord;
  /** What the run is built from; null for a destruction. */
  template: TemplateIndex | null;
  /** As it is stored now: what is committed rests on its revision. */
  stored: Stored<StepRecord>;
  /** What is claimed: that step, dispatched. */
  dispatched: StepRecord;
  resource: Stored<ResourceRecord> | undefined;
  /** Absent: a new one. */
  token?: string | undefined;
}

/**
 * `dispatched` -> `running` for one worker. What may exist from now on is recorded in the same
 * transaction, before the executor begins.
 */
export function decideClaim(
  { clock, ids, settings }: EngineContext,
  asked: Asked,
): { decision: Decision; claimed: Claimed } {
  const { order, worker, stored, dispatched, resource, token = ids() } = asked;
  const nowMs = clock.nowMs();
  const claim = { worker, token, expiresAtMs: nowMs + settings.claimLeaseMs };
  const step = claimStep(dispatched, claim, nowMs);
  const record = announced({ ...asked, step, nowMs });
  const decision: Decision = {
    expect: [
      stepUnchanged(stored),
      unchanged('resources', resourceKey(order.environment, order.address), resource),
    ],
    writes: record === undefined ? [putStep(step)] : [putStep(step), putResource(record)],
    events: [stepEvent('step.running', step, { operation: step.operation, worker })],
  };
  const prior = resource?.value;
  return { decision, claimed: { order, worker, step, resource: record ?? prior, prior } };
}

const CHANGES_NO_RESOURCE: ReadonlySet<Operation> = new Set(['inspect', 'look', 'act'] as const);

/** The resource as it will be recorded while this order is worked on. Undefined: as it is. */
function announced(facts: Asked & { step: StepRecord; nowMs: number }): ResourceRecord | undefined {
  const { order, step, run, template, nowMs } = facts;
  const prior = facts.resource?.value;
  if (CHANGES_NO_RESOURCE.has(order.operation)) return undefined;
  if (order.operation === 'destroy') {
    if (prior === undefined) return undefined;
    return { ...prior, status: 'removing', runId: run.id, runEpoch: run.epoch, updatedAtMs: nowMs };
  }
  if (template === null) throw new Error(`run ${run.id} builds without a template`);
  return recordOfAttempt({ step, run, template, prior, nowMs });
}

/** Undefined: the claim's lease is over before its worker was told of it. */
export function grantOf(
  { clock }: EngineContext,
  { order, step, resource, prior }: Claimed,
  more: { run: RunRecord; sealedState: string | null },
): Grant | undefined {
  const leaseMs = (step.claim?.expiresAtMs ?? 0) - clock.nowMs();
  if (step.claim === null || leaseMs <= 0) return undefined;
  return {
    order,
    label: step.label,
    identity: step.identity,
    executor: step.executor,
    claimToken: step.claim.token,
    claimNumber: step.claimCount,
    leaseMs,
    timeoutMs: step.timeoutMs,
    bundleDigest: resource?.template.digest ?? more.run.template?.digest ?? '',
    spec: (step.action === 'act' ? step.spec : resource?.spec) ?? {},
    adopt: step.adopt,
    approvedLosses: step.operation === 'apply' ? (step.guard?.approved ?? null) : null,
    prior: priorOf(prior, more.sealedState),
  };
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
