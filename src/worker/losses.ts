import type { Executor, StepContext } from '../executors/executor.ts';
import type { PlannedChange } from '../executors/planned.ts';
import { type Loss, lossKey } from '../model/loss.ts';
import type { Grant } from '../model/order.ts';

/** Of one step at a time: what is left over is asked about after these. */
const LOSSES_TOLD_MAX = 20;
const LINES_TOLD_MAX = 10;

/**
 * What the executor would replace or remove now, and nobody has approved. Asked right before the change:
 * between the two somebody else may still change what is there.
 */
export async function unapprovedLosses(
  { approvedLosses }: Grant,
  executor: Executor,
  context: StepContext,
): Promise<Loss[]> {
  if (approvedLosses === null) return [];
  const approved = new Set(approvedLosses);
  const { changes } = await executor.plan(context);
  return changes
    .flatMap((change) => lossOf(change, context))
    .filter((loss) => !approved.has(lossKey(loss)))
    .slice(0, LOSSES_TOLD_MAX);
}

function lossOf({ subject, action, lines }: PlannedChange, { redact }: StepContext): Loss[] {
  if (action !== 'replace' && action !== 'delete') return [];
  const shown = lines.slice(0, LINES_TOLD_MAX).map((line) => redact(line));
  return [{ subject: redact(subject), action, lines: shown }];
}
