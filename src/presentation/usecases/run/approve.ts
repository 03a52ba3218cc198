import { requireTerraform } from '../../../compose/terraform-check.ts';
import { BiotopeError } from '../../../model/errors.ts';
import type { RunRecord } from '../../../model/run.ts';
import type { PlanRecord } from '../../../model/shown-plan.ts';
import { systemClock } from '../../../platform/clock.ts';
import { findRun } from '../../../queries/lookup.ts';
import { planOfRun } from '../../../queries/plans.ts';
import { shownPlanLines } from '../../pages/shown-plan.ts';
import { runTitle } from '../../pages/words.ts';
import type { Answer, Session } from '../../session.ts';
import { ask, canAsk } from '../../terminal/question.ts';
import { indent } from '../../terminal/table.ts';
import { type Timed, timeoutOf } from '../../times.ts';
import { followRun } from './follow-run.ts';
import { requireSuccess, submit } from './perform.ts';
import { settledRun } from './run-commands.ts';

export interface ApproveRequest extends Timed {
  run: string;
  plan?: string | undefined;
  yes?: boolean | undefined;
}

/** Approves what is shown, and nothing else: whoever said yes to it saw this plan. */
export async function approve(session: Session, request: ApproveRequest): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { biotope } = session;
  const run = await findRun(biotope.store, request.run);
  const shown = await planOfRun(biotope.store, run.id);
  const isWaiting = run.status === 'awaiting-approval' && shown !== undefined;
  if (isWaiting) await show(session, { run, shown, isSure: request.yes === true });
  await requireTerraform(biotope, shown?.resources ?? []);
  const plan = request.plan ?? (isWaiting ? shown.digest : undefined);
  const sinceMs = systemClock.nowMs();
  const data = { run: run.id, ...(plan === undefined ? {} : { plan }) };
  await submit(session, { type: 'run.approve', data });
  const followed = await followRun(session, run.id, { timeoutMs, sinceMs });
  requireSuccess(followed);
  return settledRun(session, followed);
}

async function show(
  { screen, palette, interrupt }: Session,
  { run, shown, isSure }: { run: RunRecord; shown: PlanRecord; isSure: boolean },
): Promise<void> {
  if (!isSure && !canAsk()) {
    throw new BiotopeError('USAGE', {
      message: `This approves the plan of run ${run.id}, and nobody can be asked here: add --yes.`,
    });
  }
  const lines = indent(shownPlanLines(shown, palette));
  screen.print([`${runTitle(run)}, run ${run.id}`, ...lines]);
  if (isSure) return;
  const answer = await ask('Type yes to approve it: ', {
    signal: interrupt.signal,
    ifInterrupted: 'Interrupted: nothing was approved.',
  });
  if (answer === 'yes') return;
  throw new BiotopeError('USAGE', { message: 'That is not yes: nothing was approved.' });
}
