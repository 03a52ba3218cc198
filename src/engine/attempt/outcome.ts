import { holdStep } from '../../model/held-step.ts';
import { lossKey } from '../../model/loss.ts';
import type { Remains, Report } from '../../model/order.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { Failure } from '../../model/run.ts';
import {
  cancelStep,
  failStep,
  loseStep,
  restartStep,
  retryStep,
  type StepRecord,
} from '../../model/step.ts';
import { backoffMs } from '../../platform/backoff.ts';
import type { Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import { isInspectable } from '../inspectable.ts';
import { putResource, putStep, stepEvent } from '../transactions.ts';
import { applied, removed } from './effects.ts';
import { concludeInspection } from './inspection.ts';
import { concludeLook } from './look.ts';
import { parkedByReport } from './met-away.ts';
import { recordOfDefeat, stateWrites } from './records.ts';
import type { Reported } from './reported.ts';

/** What an admitted report means for step, resource and state. Pure. */
export function concludeReport(
  context: EngineContext,
  reported: Reported,
  report: Report,
): Decision {
  switch (report.kind) {
    case 'applied':
      return applied(context, reported, report);
    case 'destroyed':
      return removed(context, reported);
    case 'inspected':
      return concludeInspection(context, reported, report);
    case 'looked':
      return concludeLook(context, reported, report);
    case 'failed':
      return failed(context, reported, report);
    case 'cancelled':
      return interrupted(context, reported, report.remains);
    case 'held':
      return held(context, reported, report);
    case 'unknown':
      return lost(context, reported, report);
  }
}

function failed(
  context: EngineContext,
  reported: Reported,
  { failure, retryable, remains }: Extract<Report, { kind: 'failed' }>,
): Decision {
  const { value: before } = reported.step;
  const parked = retryable ? parkedByReport(context, reported, failure) : undefined;
  if (parked !== undefined) return waitsFor(context, reported, { parked, remains });
  if (before.operation === 'inspect') return inspectAgain(context, before, failure);
  const nowMs = context.clock.nowMs();
  const mayRetry =
    retryable && before.attempt < before.attemptsMax && reported.run.cancelRequestedAtMs === null;
  const step = mayRetry
    ? retryStep(before, failure, nowMs + backoffMs(before, before.attempt, context.random))
    : failStep(before, failure, nowMs);
  const event = mayRetry ? 'step.retrying' : 'step.failed';
  return {
    expect: [],
    writes: [putStep(step), ...leftBehind(reported, step, { status: 'failed', remains, nowMs })],
    events: [stepEvent(event, step, { failure: { ...failure } })],
  };
}

/** No attempt is spent, and nothing that it left behind is lost. */
function waitsFor(
  { clock }: EngineContext,
  reported: Reported,
  { parked, remains }: { parked: StepRecord; remains: Remains | null },
): Decision {
  const left = { status: 'failed', remains, nowMs: clock.nowMs() } as const;
  const { system = '' } = parked.parked ?? {};
  return {
    expect: [],
    writes: [putStep(parked), ...leftBehind(reported, parked, left)],
    events: [stepEvent('step.parked', parked, { system, failure: { ...parked.failure } })],
  };
}

/** An inspection that failed is made again after a pause, until a person has to be asked. */
function inspectAgain(context: EngineContext, before: StepRecord, failure: Failure): Decision {
  const needsResolve = before.inspections >= context.settings.inspectionsMax;
  const notBeforeMs = context.clock.nowMs() + backoffMs(before, before.inspections, context.random);
  const step = loseStep(before, failure, { needsResolve, notBeforeMs });
  return {
    expect: [],
    writes: [putStep(step)],
    events: [stepEvent('step.unknown', step, { failure: { ...failure } })],
  };
}

/**
 * Aborted, and ended cleanly. If nobody cancelled the run, its worker is shutting down: the step
 * goes back and is begun again by the next one, without having lost an attempt.
 */
function interrupted(
  context: EngineContext,
  reported: Reported,
  remains: Remains | null,
): Decision {
  const { value: before } = reported.step;
  const nowMs = context.clock.nowMs();
  const isCancelled = reported.run.cancelRequestedAtMs !== null;
  if (before.operation === 'inspect') {
    const failure = before.failure ?? interruption(before);
    return inspectAgain(context, { ...before, inspections: before.inspections - 1 }, failure);
  }
  const step = isCancelled
    ? cancelStep(before, nowMs)
    : { ...restartStep(before), attempt: before.attempt - 1 };
  const event = isCancelled ? 'step.cancelled' : 'step.recalled';
  return {
    expect: [],
    writes: [putStep(step), ...leftBehind(reported, step, { status: 'failed', remains, nowMs })],
    events: [stepEvent(event, step)],
  };
}

/** As one that was interrupted before it began: the run pauses until somebody has answered. */
function held(
  { clock }: EngineContext,
  reported: Reported,
  { losses }: Extract<Report, { kind: 'held' }>,
): Decision {
  const step = holdStep(reported.step.value, losses);
  const nowMs = clock.nowMs();
  return {
    expect: [],
    writes: [
      putStep(step),
      ...leftBehind(reported, step, { status: 'failed', remains: null, nowMs }),
    ],
    events: [stepEvent('step.held', step, { losses: losses.map(lossKey) })],
  };
}

function interruption(step: StepRecord): Failure {
  const message = `${step.label} was interrupted.`;
  return { code: 'INTERRUPTED', message, detail: null, address: step.address };
}

function lost(
  context: EngineContext,
  reported: Reported,
  { failure, remains }: Extract<Report, { kind: 'unknown' }>,
): Decision {
  const { value: before } = reported.step;
  // Nobody is left in doubt by a look that could not tell: it is one that failed.
  if (before.operation === 'look') {
    return failed(context, reported, { kind: 'failed', failure, retryable: false, remains: null });
  }
  const nowMs = context.clock.nowMs();
  const spec = before.spec ?? reported.resource?.spec ?? {};
  const canInspect = isInspectable(context, before.executor, spec);
  const needsResolve = !canInspect || before.operation === 'inspect';
  const step = loseStep(before, failure, { needsResolve, notBeforeMs: null });
  return {
    expect: [],
    writes: [putStep(step), ...leftBehind(reported, step, { status: 'unknown', remains, nowMs })],
    events: [stepEvent('step.unknown', step, { failure: { ...failure } })],
  };
}

interface Left {
  status: 'failed' | 'unknown';
  remains: Remains | null;
  nowMs: number;
}

function leftBehind(
  { resource }: Reported,
  step: StepRecord,
  { status, remains, nowMs }: Left,
): Write[] {
  const isLooking = step.operation === 'look' || step.operation === 'inspect';
  if (resource === undefined || isLooking) return [];
  const record: ResourceRecord = recordOfDefeat(resource, status, remains, nowMs);
  return [putResource(record), ...stateWrites(step, remains?.sealedState ?? null, { nowMs })];
}
