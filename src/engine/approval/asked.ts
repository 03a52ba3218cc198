import type { ApprovalCause } from '../../model/approval.ts';
import { awaitApproval, type RunRecord } from '../../model/run.ts';
import type { PlanRecord } from '../../model/shown-plan.ts';
import type { EngineContext } from '../context.ts';
import { putPlan, putRun, runEvent } from '../transactions.ts';

export interface Asking {
  approval: NonNullable<RunRecord['approval']>;
  plan: PlanRecord;
  /** Absent: the plan, or one that has changed since. */
  cause?: ApprovalCause;
}

/** The run as it waits, with the plan that people are asked about. */
export function asked(
  { clock }: Pick<EngineContext, 'clock'>,
  before: RunRecord,
  { approval, plan, cause = approval.plan === null ? 'plan' : 'stale' }: Asking,
) {
  const { digest } = plan;
  const run = awaitApproval(before, {
    ...approval,
    cause,
    plan: digest,
    askedAtMs: clock.nowMs(),
    approved: null,
  });
  const { requiredBy } = approval;
  const isAskedAgain = before.status === run.status;
  const data = { plan: digest, cause, requiredBy, summary: { ...plan.summary } };
  return {
    run,
    writes: [putRun(run), putPlan(plan)],
    events: [runEvent(isAskedAgain ? 'run.plan-stale' : 'run.awaiting-approval', run, data)],
  };
}
