import type { Address } from '../../../model/address.ts';
import type { RunRecord } from '../../../model/run.ts';
import type { PlanRecord } from '../../../model/shown-plan.ts';
import type { StepRecord } from '../../../model/step.ts';
import { printable } from '../../terminal/table.ts';
import { stepTook } from '../runs.ts';
import type { Wait } from '../wait.ts';
import { doing } from '../words.ts';

/** A run as it stands at one moment. */
export interface RunView {
  run: RunRecord;
  steps: readonly StepRecord[];
  /** What workers say they are doing now. */
  progress: ReadonlyMap<Address, string>;
  /** Resources that got another id with this run, by their labels. */
  moves?: readonly { from: string; to: string }[];
  /** What people are asked about, where somebody has to approve of it. */
  plan?: PlanRecord;
  waiting: readonly Wait[];
  nowMs: number;
}

/** `creating site, 12 s: terraform apply` */
export function runningText(step: StepRecord, { progress, nowMs }: RunView): string {
  const message = progress.get(step.address);
  const took = stepTook(step, nowMs);
  return [
    `${doing(step)} ${step.label}, ${took}`,
    ...(message === undefined ? [] : [printable(message)]),
  ].join(': ');
}
