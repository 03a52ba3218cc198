import type { Address } from '../model/address.ts';
import type { EventDraft, EventType } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import { type ResourceRecord, resourceKey } from '../model/resource.ts';
import type { RunRecord } from '../model/run.ts';
import type { PlanRecord } from '../model/shown-plan.ts';
import { type StepRecord, stepKey } from '../model/step.ts';
import type { CollectionName, Collections } from '../store/records.ts';
import type { Expectation, Stored, Write } from '../store/store.ts';

/** The small words in which the engine's transactions are written. */

export function put<C extends CollectionName>(
  collection: C,
  key: string,
  value: Collections[C],
): Write {
  return { kind: 'put', collection, key, value } as Write;
}

export const putRun = (run: RunRecord): Write => put('runs', run.id, run);

export const putStep = (step: StepRecord): Write =>
  put('steps', stepKey(step.runId, step.address), step);

export const putResource = (resource: ResourceRecord): Write =>
  put('resources', resourceKey(resource.environment, resource.address), resource);

export const putPlan = (plan: PlanRecord): Write => put('plans', plan.runId, plan);

/** The resource is gone, and so are its record and state. */
export function withoutResource({ environment, address }: StepRecord): Write[] {
  const key = resourceKey(environment, address);
  return [
    { kind: 'delete', collection: 'resources', key },
    { kind: 'delete', collection: 'states', key },
  ];
}

/** What was read must still be so; what was not there must still be absent. */
export function unchanged(
  collection: CollectionName,
  key: string,
  stored: Stored<unknown> | undefined,
): Expectation {
  return { collection, key, revision: stored?.revision ?? null };
}

export const runUnchanged = (stored: Stored<RunRecord>): Expectation =>
  unchanged('runs', stored.value.id, stored);

export const stepUnchanged = (stored: Stored<StepRecord>): Expectation =>
  unchanged('steps', stepKey(stored.value.runId, stored.value.address), stored);

export function runEvent(type: EventType, run: RunRecord, data: JsonObject = {}): EventDraft {
  return {
    type,
    runId: run.id,
    address: null,
    data: { environment: run.environment, kind: run.kind, ...data },
  };
}

export function stepEvent(type: EventType, step: StepRecord, data: JsonObject = {}): EventDraft {
  return {
    type,
    runId: step.runId,
    address: step.address,
    data: {
      environment: step.environment,
      label: step.label,
      action: step.action,
      attempt: step.attempt,
      ...data,
    },
  };
}

export function environmentEvent(
  type: EventType,
  facts: { environment: string; runId: string | null },
  data: JsonObject = {},
): EventDraft {
  return {
    type,
    runId: facts.runId,
    address: null,
    data: { environment: facts.environment, ...data },
  };
}

export function resourceEvent(
  type: EventType,
  facts: { runId: string; address: Address; environment: string },
  data: JsonObject = {},
): EventDraft {
  return {
    type,
    runId: facts.runId,
    address: facts.address,
    data: { environment: facts.environment, ...data },
  };
}
