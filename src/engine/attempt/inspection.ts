import type { Report } from '../../model/order.ts';
import type { Failure } from '../../model/run.ts';
import { failStep, operationOf, restartStep, type StepRecord } from '../../model/step.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import { putResource, putStep, stepEvent } from '../transactions.ts';
import { applied, removed } from './effects.ts';
import { recordOfDefeat, stateWrites } from './records.ts';
import type { Reported } from './reported.ts';

type Inspected = Extract<Report, { kind: 'inspected' }>;

/**
 * The truth about a step of unknown outcome. What is complete counts as done; anything else is
 * begun again, now that it is known what is there, unless it was lost too often.
 */
export function concludeInspection(
  context: EngineContext,
  reported: Reported,
  report: Inspected,
): Decision {
  const { value: step } = reported.step;
  if (step.action === 'remove') {
    return report.finding === 'absent'
      ? removed(context, reported)
      : again(context, reported, report);
  }
  // What is there may be the version from before: a rotation is repeated, and looks itself.
  const isTelling = step.fingerprint !== null && step.action !== 'rotate';
  return report.finding === 'present' && isTelling
    ? applied(context, reported, report)
    : again(context, reported, report);
}

function again(context: EngineContext, reported: Reported, report: Inspected): Decision {
  const { value: before } = reported.step;
  const nowMs = context.clock.nowMs();
  const isHopeless = before.losses > context.settings.lossesMax;
  const step = isHopeless ? failStep(before, lostTooOften(before), nowMs) : begunAgain(before);
  const event = isHopeless
    ? stepEvent('step.failed', step, { failure: { ...step.failure } })
    : stepEvent('step.recalled', step, { finding: report.finding });
  const record =
    reported.resource === undefined
      ? []
      : [putResource(recordOfDefeat(reported.resource, 'failed', report, nowMs))];
  return {
    expect: [],
    writes: [putStep(step), ...record, ...stateWrites(step, report.sealedState, { nowMs })],
    events: [event],
  };
}

function begunAgain(before: StepRecord): StepRecord {
  return {
    ...restartStep(before),
    operation: operationOf(before.action),
    attempt: Math.max(0, before.attempt - 1),
    inspections: 0,
  };
}

function lostTooOften({ label, address, losses, failure }: StepRecord): Failure {
  const message =
    `${losses} attempts at ${label} ended with nobody knowing how, so it is not begun again. ` +
    `The last one: ${failure?.message ?? 'nothing was said'}`;
  return { code: 'STEP_LOST', message, detail: failure?.detail ?? null, address };
}
