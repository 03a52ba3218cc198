import type { Failure } from './run.ts';
import { loseStep, moveStep, type StepRecord } from './step.ts';

/**
 * A step that waits for a system that is away. It is let go once that system was found well after it
 * was parked, by a probe and not by the step. What is to be inspected waits as `unknown`.
 */

/** Before it was ordered: no attempt has begun. */
export function parkStep(step: StepRecord, failure: Failure, nowMs: number): StepRecord {
  const parked = { system: failure.system ?? '', sinceMs: nowMs };
  if (step.status === 'unknown') return { ...step, parked };
  return { ...moveStep(step, 'parked', ['pending']), parked, failure, notBeforeMs: null };
}

/**
 * It was begun, and met a system that was away: the attempt, or the inspection, is given back.
 * `notBeforeMs`: the pause that it takes in any case.
 */
export function parkBegun(
  step: StepRecord,
  failure: Failure,
  { nowMs, notBeforeMs }: { nowMs: number; notBeforeMs: number },
): StepRecord {
  const parked = { system: failure.system ?? '', sinceMs: nowMs };
  const counted = { parked, parkings: (step.parkings ?? 0) + 1 };
  if (step.operation === 'inspect') {
    const lost = loseStep(step, failure, { needsResolve: false, notBeforeMs });
    return { ...lost, ...counted, inspections: step.inspections - 1 };
  }
  const waiting = moveStep(step, 'parked', ['running']);
  return { ...waiting, ...counted, claim: null, failure, notBeforeMs, attempt: step.attempt - 1 };
}

/** The system is well again. */
export function unparkStep(step: StepRecord): StepRecord {
  if (step.status === 'unknown' && isParked(step)) return { ...step, parked: null };
  return { ...moveStep(step, 'pending', ['parked']), failure: null };
}

export function isParked({ parked = null }: StepRecord): boolean {
  return parked !== null;
}
