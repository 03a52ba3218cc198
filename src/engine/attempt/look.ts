import { type Drift, driftOf, hasDrifted, NO_DRIFT_RULES } from '../../model/drift.ts';
import { healStep } from '../../model/healing.ts';
import type { Report } from '../../model/order.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import { someOf } from '../../model/some-of.ts';
import { type StepRecord, succeedStep } from '../../model/step.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import { putResource, putStep, resourceEvent, stepEvent } from '../transactions.ts';
import type { Reported } from './reported.ts';

type Looked = Extract<Report, { kind: 'looked' }>;

const SUBJECTS_SHOWN_MAX = 3;

/**
 * What a look found is recorded with the resource. What has drifted and is to be healed is built again
 * in the same step; where noise alone was found, or what an apply would not change, there is nothing
 * to heal.
 */
export function concludeLook(
  { clock }: EngineContext,
  { step: { value: before }, resource }: Reported,
  looked: Looked,
): Decision {
  const nowMs = clock.nowMs();
  if (resource === undefined) throw new Error(`${before.address} was looked at without a record`);
  const rules = before.drift ?? NO_DRIFT_RULES;
  const { runId, label } = before;
  const drift = driftOf(looked, rules, { label, runId, lookedAtMs: nowMs });
  const isDrifted = hasDrifted(drift);
  const isHealed = isDrifted && rules.heal && looked.finding !== 'present';
  const step = isHealed
    ? healStep(before, healingOf(drift))
    : succeedStep(before, isDrifted ? 'drifted' : 'unchanged', nowMs);
  const found = isDrifted ? [driftEvent(step, resource, { drift, isHealed })] : [];
  const event = isHealed
    ? stepEvent('step.recalled', step, { finding: looked.finding })
    : stepEvent('step.succeeded', step, { result: step.result });
  return {
    expect: [],
    writes: [putStep(step), putResource({ ...resource, drift })],
    events: [event, ...found],
  };
}

function healingOf({ finding, deviations }: Drift): {
  action: 'create' | 'change';
  reason: string;
} {
  const telling = deviations.filter(({ kind }) => kind !== 'noise');
  const subjects = someOf(
    telling.map(({ subject }) => subject),
    SUBJECTS_SHOWN_MAX,
  );
  return {
    action: finding === 'absent' ? 'create' : 'change',
    reason: finding === 'absent' ? 'it was gone' : `it has drifted: ${subjects}`,
  };
}

function driftEvent(
  step: StepRecord,
  { label }: ResourceRecord,
  { drift, isHealed }: { drift: Drift; isHealed: boolean },
) {
  const { finding, counts, deviations } = drift;
  return resourceEvent('drift.detected', step, {
    label,
    finding,
    counts: { ...counts },
    deviations: deviations.map((deviation) => ({ ...deviation })),
    healing: isHealed,
  });
}
