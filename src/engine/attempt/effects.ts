import type { JsonObject } from '../../model/json.ts';
import type { Report } from '../../model/order.ts';
import { resultOf, type StepRecord, succeedStep } from '../../model/step.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import {
  putResource,
  putStep,
  resourceEvent,
  stepEvent,
  withoutResource,
} from '../transactions.ts';
import { recordOfSuccess, stateWrites } from './records.ts';
import type { Reported } from './reported.ts';

/** The resource is what its spec says: by an apply, or as an inspection found. */
export function applied(
  { clock }: EngineContext,
  { step: { value: before }, resource }: Reported,
  result: Extract<Report, { kind: 'applied' | 'inspected' }>,
): Decision {
  const nowMs = clock.nowMs();
  if (before.action === 'act') return acted(before, result.outputs, nowMs);
  const step = succeedStep(before, resultOf(before.action), nowMs);
  if (resource === undefined) throw new Error(`${before.address} was applied without a record`);
  const record = recordOfSuccess(resource, before, result, nowMs);
  return {
    expect: [],
    writes: [
      putStep(step),
      putResource(record),
      ...stateWrites(step, result.sealedState, { nowMs }),
    ],
    events: [
      stepEvent('step.succeeded', step, { result: step.result }),
      resourceEvent('resource.recorded', step, { status: record.status }),
    ],
  };
}

/** An action leaves no record but its own. */
function acted(before: StepRecord, outputs: JsonObject, nowMs: number): Decision {
  const step = { ...succeedStep(before, resultOf(before.action), nowMs), outputs };
  return {
    expect: [],
    writes: [putStep(step)],
    events: [stepEvent('step.succeeded', step, { result: step.result })],
  };
}

export function removed({ clock }: EngineContext, { step: { value: before } }: Reported): Decision {
  const step = succeedStep(before, resultOf(before.action), clock.nowMs());
  return {
    expect: [],
    writes: [putStep(step), ...withoutResource(step)],
    events: [
      stepEvent('step.succeeded', step, { result: step.result }),
      resourceEvent('resource.removed', step),
    ],
  };
}
