import { parkBegun } from '../../model/parked-step.ts';
import type { Failure } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import { backoffMs } from '../../platform/backoff.ts';
import type { EngineContext } from '../context.ts';
import type { Reported } from './reported.ts';

/**
 * The step, parked, where its attempt failed because a system was away. It pauses longer each time, and
 * it has an end: a worker that is cut off from what everybody else can reach would go round for ever.
 * From then on, as for any other failure: undefined.
 */
export function parkedByReport(
  { clock, random, settings }: EngineContext,
  { run, step: { value: step } }: Reported,
  failure: Failure,
): StepRecord | undefined {
  const parkings = (step.parkings ?? 0) + 1;
  if (failure.system === undefined || parkings > settings.parkingsMax) return undefined;
  if (run.cancelRequestedAtMs !== null && step.operation !== 'inspect') return undefined;
  const nowMs = clock.nowMs();
  const notBeforeMs = nowMs + backoffMs(step, parkings, random);
  return parkBegun(step, failure, { nowMs, notBeforeMs });
}
