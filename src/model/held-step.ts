import { type Loss, lossKey } from './loss.ts';
import { restartStep, type StepRecord } from './step.ts';

/** It would do what nobody approved, and has done nothing: no attempt is spent by that. */
export function holdStep(step: StepRecord, held: Loss[]): StepRecord {
  const guard = { approved: step.guard?.approved ?? [], held };
  return { ...restartStep(step), attempt: step.attempt - 1, guard };
}

/** Somebody has approved what held it. */
export function releaseStep(step: StepRecord): StepRecord {
  const { approved = [], held = null } = step.guard ?? {};
  return { ...step, guard: { approved: [...approved, ...(held ?? []).map(lossKey)], held: null } };
}

export function isStepHeld({ status, guard = null }: StepRecord): boolean {
  return status === 'pending' && guard !== null && guard.held !== null;
}
