import type { Report } from '../../model/order.ts';
import { resourceKey } from '../../model/resource.ts';
import { succeedStep } from '../../model/step.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import { putResource, putStep, resourceEvent, stepEvent } from '../transactions.ts';
import { recordOfSuccess, stateWrites } from './records.ts';
import type { Reported } from './reported.ts';

/** The resource is what its spec says: by an apply, or as an inspection found. */
export function applied(
  { clock }: EngineContext,
  { step: { value: before }, resource }: Reported,
  result: Extract<Report, { kind: 'applied' | 'inspected' }>,
): Decision {
  const nowMs = clock.nowMs();
  const step = succeedStep(before, before.action === 'create' ? 'created' : 'changed', nowMs);
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

/** The resource is gone, and so are its record and state. */
export function removed({ clock }: EngineContext, { step: { value: before } }: Reported): Decision {
  const step = succeedStep(before, 'removed', clock.nowMs());
  const key = resourceKey(step.environment, step.address);
  return {
    expect: [],
    writes: [
      putStep(step),
      { kind: 'delete', collection: 'resources', key },
      { kind: 'delete', collection: 'states', key },
    ],
    events: [
      stepEvent('step.succeeded', step, { result: step.result }),
      resourceEvent('resource.removed', step),
    ],
  };
}
