import type { Command } from '../../../bus/messages/commands.ts';
import { BiotopeError, type ErrorCode, standsUntilMended } from '../../../model/errors.ts';
import type { RunRecord } from '../../../model/run.ts';
import { firstOf } from '../../../model/some-of.ts';
import type { StepRecord } from '../../../model/step.ts';
import { failureLines } from '../../pages/runs.ts';
import { runTitle } from '../../pages/words.ts';
import type { Session } from '../../session.ts';
import { indent } from '../../terminal/table.ts';
import { type FollowedRun, type FollowTerms, followRun } from './follow-run.ts';

/** Submits a command. Rejects with the reason for which it was refused. */
export async function submit(session: Session, command: Command): Promise<string | null> {
  const answer = await session.biotope.submit(command, session.interrupt.signal);
  if (answer.outcome === 'accepted') return answer.runId;
  const { code, message, detail } = answer;
  throw new BiotopeError(code, { message, ...(detail === null ? {} : { detail }) });
}

/** Submits a command that starts a run and shows it to its end. Rejects where the run does not succeed. */
export async function perform(
  session: Session,
  command: Command,
  terms: FollowTerms,
): Promise<FollowedRun> {
  const runId = await submit(session, command);
  if (runId === null) throw new Error(`${command.type} started no run`);
  return showToEnd(session, runId, terms);
}

export async function showToEnd(
  session: Session,
  runId: string,
  terms: FollowTerms,
): Promise<FollowedRun> {
  const run = (await session.biotope.store.get('runs', runId))?.value;
  if (run !== undefined)
    session.screen.print([`${runTitle(run)}, run ${run.id}`, ...(terms.notes ?? [])]);
  const followed = await followRun(session, runId, terms);
  requireSuccess(followed);
  return followed;
}

/** Rejects with RUN_FAILED or RUN_CANCELLED, and with what can be done. */
export function requireSuccess({ run, steps }: FollowedRun): void {
  if (run.status === 'succeeded') return;
  const facts = {
    run: run.id,
    environment: run.environment,
    steps: steps
      .filter(isDefeated)
      .map(({ label, status, failure }) => ({ label, status, failure })),
    causes: causesOf(run, steps),
  };
  const title = `Run ${run.id} (${runTitle(run)})`;
  const detail = [...defeats(run, steps), ...whatNext(run, steps)].join('\n');
  if (run.status === 'cancelled') {
    throw new BiotopeError('RUN_CANCELLED', { message: `${title} was cancelled.`, detail, facts });
  }
  const message = `${title} failed: ${run.failure?.message ?? 'see its steps.'}`;
  throw new BiotopeError('RUN_FAILED', { message, detail, facts });
}

/** Codes that say more than that a run failed; their pages are named with the error's own. */
function causesOf({ failure }: RunRecord, steps: readonly StepRecord[]): ErrorCode[] {
  const failures = [failure, ...steps.filter(isDefeated).map((step) => step.failure)];
  const codes = new Set(failures.flatMap((one) => (one === null ? [] : [one.code])));
  return [...codes].filter((code) => code !== 'STEP_FAILED' && code !== 'RUN_CANCELLED');
}

function isDefeated({ status }: StepRecord): boolean {
  return status === 'failed' || status === 'unknown';
}

const DEFEATS_SHOWN_MAX = 5;

function defeats(run: RunRecord, steps: readonly StepRecord[]): string[] {
  const failed = steps.filter(isDefeated);
  const { shown, more } = firstOf(failed, DEFEATS_SHOWN_MAX);
  return [
    ...shown.flatMap((step) => [
      `${step.label}:`,
      ...(step.failure === null ? [] : indent(failureLines(step.failure))),
    ]),
    ...more.map((line) => `${line}: biotope run show ${run.id}`),
  ];
}

function isRefusedBeforeBegun({ failure }: RunRecord, steps: readonly StepRecord[]): boolean {
  return failure !== null && steps.length === 0 && standsUntilMended(failure.code);
}

function whatNext(run: RunRecord, steps: readonly StepRecord[]): string[] {
  const { id, status } = run;
  if (status === 'failed' && isRefusedBeforeBegun(run, steps)) {
    return ['No step was begun: do what is said above first, a retry alone would fail again.'];
  }
  const unknown = steps.filter(({ needsResolve, status }) => status === 'unknown' && needsResolve);
  const ask = [
    'Look how it ended, where the step does its work, and say it:',
    ...unknown.map(({ label }) => `  biotope run resolve ${id} ${label} --as done|not-started`),
  ];
  // An action is not repeated before it is known how it ended.
  if (run.kind === 'action' && unknown.length > 0) {
    return [...ask, 'To see more:', `  biotope run logs ${id}`];
  }
  return [
    ...(unknown.length === 0 ? [] : ask),
    'To see more, and to go on where it stopped:',
    `  biotope run logs ${id}`,
    `  biotope run retry ${id}`,
  ];
}
