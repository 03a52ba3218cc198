import { type Address, addressParts } from '../../model/address.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Remains } from '../../model/order.ts';
import { type ResourceRecord, type StateRecord, stateKey } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Write } from '../../store/store.ts';
import type { TemplateIndex } from '../templates.ts';
import { put } from '../transactions.ts';

/** The record that is written before an executor begins: what may exist from now on. */
export function recordOfAttempt(facts: {
  step: StepRecord;
  run: RunRecord;
  template: TemplateIndex;
  prior: ResourceRecord | undefined;
  nowMs: number;
}): ResourceRecord {
  const { step, run, template, prior, nowMs } = facts;
  const { id, index } = addressParts(step.address);
  const resource = template.resources.get(id);
  if (resource === undefined) throw new Error(`template has no resource ${id}`);
  return {
    environment: step.environment,
    address: step.address,
    identity: step.identity,
    id,
    index,
    counted: resource.count !== null,
    label: step.label,
    executor: step.executor,
    pool: step.pool,
    template: resource.source ?? template.reference,
    status: prior === undefined || prior.fingerprint === null ? 'creating' : 'changing',
    description: resource.description,
    tags: resource.tags,
    links: prior?.links ?? [],
    statusEndpoints: prior?.statusEndpoints ?? [],
    protect: step.protect,
    external: resource.external,
    dependsOn: prior === undefined ? step.after : union(prior.dependsOn, step.after),
    spec: step.spec ?? {},
    adopting: step.adopt,
    fingerprint: prior?.fingerprint ?? null,
    outputs: prior?.outputs ?? {},
    record: prior?.record ?? null,
    parts: prior?.parts ?? [],
    drift: prior?.drift ?? null,
    runId: run.id,
    runEpoch: run.epoch,
    clusterEpoch: run.clusterEpoch,
    createdAtMs: prior?.createdAtMs ?? nowMs,
    updatedAtMs: nowMs,
  };
}

/** Until an attempt has succeeded what is there may still stand on what it stood on before. */
function union(before: readonly Address[], now: readonly Address[]): Address[] {
  return [...new Set([...before, ...now])];
}

/** An apply that succeeded. */
export function recordOfSuccess(
  record: ResourceRecord,
  step: StepRecord,
  result: { outputs: JsonObject } & Remains,
  nowMs: number,
): ResourceRecord {
  return {
    ...record,
    status: 'ok',
    adopting: null,
    dependsOn: step.after,
    fingerprint: step.fingerprint,
    drift: null,
    outputs: result.outputs,
    record: result.record,
    parts: result.parts,
    updatedAtMs: nowMs,
  };
}

/** An attempt that did not succeed. Its record and parts, where told, replace the older ones. */
export function recordOfDefeat(
  record: ResourceRecord,
  status: 'failed' | 'unknown',
  remains: Remains | null,
  nowMs: number,
): ResourceRecord {
  const left = remains === null ? {} : { record: remains.record, parts: remains.parts };
  return { ...record, ...left, status, updatedAtMs: nowMs };
}

/** The executor's state, kept sealed beside the record and committed with it. */
export function stateWrites(
  step: StepRecord,
  sealedState: string | null,
  { nowMs, refusedClaim = null }: { nowMs: number; refusedClaim?: string | null },
): Write[] {
  if (sealedState === null) return [];
  const state: StateRecord = {
    environment: step.environment,
    address: step.address,
    sealed: sealedState,
    refusedClaim,
    runId: step.runId,
    runEpoch: step.runEpoch,
    clusterEpoch: step.clusterEpoch,
    savedAtMs: nowMs,
  };
  return [put('states', stateKey(state), state)];
}
