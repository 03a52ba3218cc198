import { type Failure, type RunRecord, requestCancel } from '../../model/run.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { putRun, runEvent, runUnchanged } from '../transactions.ts';

/** Null as long as somebody may still approve. */
export function waitIsOver(
  { clock, settings }: Pick<EngineContext, 'clock' | 'settings'>,
  { id, status, approval }: RunRecord,
): Failure | null {
  const { approvalWaitMaxMs } = settings;
  const askedAtMs = approval?.askedAtMs ?? null;
  if (status !== 'awaiting-approval' || approvalWaitMaxMs === null || askedAtMs === null) {
    return null;
  }
  if (clock.nowMs() - askedAtMs < approvalWaitMaxMs) return null;
  const message = `Nobody approved the plan of run ${id} within the time that approval.waitMaxMs allows.`;
  return { code: 'APPROVAL_TIMEOUT', message, detail: null, address: null };
}

/** Whether nobody is to take up a run that has begun: it waits for an answer, and none has come. */
export async function staysWaiting(
  context: EngineContext,
  stored: Stored<RunRecord>,
): Promise<boolean> {
  const { value: run } = stored;
  if (run.status !== 'awaiting-approval' || run.cancelRequestedAtMs !== null) return false;
  const over = waitIsOver(context, run);
  if (over === null) return true;
  const cancelled = requestCancel(run, context.clock.nowMs(), over.message);
  await context.store.commit({
    scope: run.environment,
    expect: [runUnchanged(stored)],
    writes: [putRun(cancelled)],
    events: [runEvent('run.cancel-requested', cancelled)],
  });
  return true;
}
