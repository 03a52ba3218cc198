import { operationOf, restartStep, type StepRecord } from './step.ts';

/** It was to be looked at and is built: because it has drifted, or what it reads is not what it was. */
export function healStep(
  step: StepRecord,
  { action, reason }: { action: 'create' | 'change'; reason: string },
): StepRecord {
  const open = step.status === 'running' ? restartStep(step) : step;
  return { ...open, action, reason, operation: operationOf(action), attempt: 0 };
}

/** Whether it is built again although its inputs are what they were. */
export function isHealing({ action, drift }: StepRecord): boolean {
  return action !== 'look' && drift !== null && drift !== undefined;
}
