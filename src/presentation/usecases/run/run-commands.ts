import { runDocument } from '../../../documents/documents.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { resourceKey } from '../../../model/resource.ts';
import { isRunFinished, type RunRecord } from '../../../model/run.ts';
import { isSecretText } from '../../../model/secret.ts';
import type { StepRecord } from '../../../model/step.ts';
import { systemClock } from '../../../platform/clock.ts';
import { findRun, findStep, stepsOf } from '../../../queries/lookup.ts';
import { paintStatus, runTitle } from '../../pages/words.ts';
import type { Answer, Session } from '../../session.ts';
import { type Timed, timeoutOf } from '../../times.ts';
import { type OutputFlags, readToldOutputs } from '../input/parameters.ts';
import { adviseOnSecrets } from '../input/shown-secrets.ts';
import { begin } from './begin.ts';
import { type FollowedRun, followRun } from './follow-run.ts';
import { perform, requireSuccess, showToEnd, submit } from './perform.ts';
import { settled } from './settled.ts';

interface RunRequest extends Timed {
  run: string;
}

/** Asks for the cancellation and waits until the run has ended, which it may do successfully. */
export async function cancelRun(
  session: Session,
  request: RunRequest & { reason?: string | undefined },
): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const run = await findRun(session.biotope.store, request.run);
  // Before it is asked for: what ends because of it is news.
  const sinceMs = systemClock.nowMs();
  const { reason } = request;
  const data = { run: run.id, ...(reason === undefined ? {} : { reason }) };
  await submit(session, { type: 'run.cancel', data });
  const followed = await followRun(session, run.id, { timeoutMs, sinceMs });
  return {
    document: { run: runDocument(followed.run) },
    names: [followed.run.id],
    lines: (palette) => [endedLine(followed.run, paintStatus(followed.run.status, palette))],
  };
}

export async function retryRun(session: Session, request: RunRequest): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const run = await findRun(session.biotope.store, request.run);
  const command = { type: 'run.retry', data: { run: run.id } } as const;
  if (request.wait === false) return begin(session, command);
  return settledRun(session, await perform(session, command, { timeoutMs }));
}

/** Drives the run if nobody does; otherwise watches it. */
export async function resumeRun(session: Session, request: RunRequest): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { biotope } = session;
  const run = await findRun(biotope.store, request.run);
  if (isRunFinished(run)) {
    throw hasEnded(run);
  }
  const sinceMs = systemClock.nowMs();
  await biotope.drive();
  return settledRun(session, await showToEnd(session, run.id, { timeoutMs, sinceMs }));
}

/** How its environment stands, under the run's own name. */
export async function settledRun(session: Session, followed: FollowedRun): Promise<Answer> {
  return { ...(await settled(session, followed)), names: [followed.run.id] };
}

/** Only what did not succeed can be retried. */
function hasEnded(run: RunRecord): BiotopeError {
  const { id, status } = run;
  const how = status === 'cancelled' ? 'was cancelled' : status;
  const retry = ` "biotope run retry ${id}" begins where it stopped.`;
  return new BiotopeError('RUN_FINISHED', {
    message: `Run ${id} (${runTitle(run)}) has ended: it ${how}.${status === 'succeeded' ? '' : retry}`,
    facts: { run: id, status },
  });
}

/** Follows the run where it is under way; where it has ended, or ends without going on, says how to. */
export async function resolveStep(
  session: Session,
  request: RunRequest & OutputFlags & { step: string; as: string },
): Promise<Answer> {
  const timeoutMs = timeoutOf(request);
  const { biotope } = session;
  const run = await findRun(biotope.store, request.run);
  const step = await findStep(biotope.store, run, request.step);
  const as = request.as === 'done' ? 'done' : 'not-started';
  const outputs = readToldOutputs(request, biotope.config.limits);
  const data = { run: run.id, step: step.address, as, outputs } as const;
  const sinceMs = systemClock.nowMs();
  await submit(session, { type: 'run.resolve', data });
  await adviseOnOutputs(session, step, request);
  const { value: after } = (await biotope.store.get('runs', run.id)) ?? { value: run };
  if (isRunFinished(after)) return resolvedAnswer(after, step.label, as);
  const claimsBefore = claimsOf(await stepsOf(biotope.store, run.id));
  const followed = await followRun(session, run.id, { timeoutMs, sinceMs });
  const wentOn = claimsOf(followed.steps) > claimsBefore;
  if (followed.run.status === 'failed' && !wentOn) {
    return resolvedAnswer(followed.run, step.label, as);
  }
  requireSuccess(followed);
  return settledRun(session, followed);
}

/** Which outputs are secret is known once they are recorded. */
async function adviseOnOutputs(
  session: Session,
  { environment, address }: StepRecord,
  request: OutputFlags,
): Promise<void> {
  const pairs = request['set-output'];
  if (pairs === undefined) return;
  const { store } = session.biotope;
  const { outputs = {} } =
    (await store.get('resources', resourceKey(environment, address)))?.value ?? {};
  const secret = Object.entries(outputs).filter(([, value]) => isSecretText(value));
  const isSecret = new Set(secret.map(([name]) => name));
  adviseOnSecrets(session, pairs, { isSecret, flag: '--outputs-file' });
}

/** Rises with each piece of work that is begun. */
function claimsOf(steps: readonly StepRecord[]): number {
  return steps.reduce((sum, { claimCount }) => sum + claimCount, 0);
}

/** The run had ended over it: a retry begins where it stopped. */
function resolvedAnswer(run: RunRecord, step: string, as: 'done' | 'not-started'): Answer {
  return {
    document: { run: runDocument(run), step, resolvedAs: as },
    names: [run.id],
    lines: () =>
      run.kind === 'action' && as === 'done'
        ? [`${step} is resolved as done. The run stays failed; nothing more has to be done.`]
        : [
            `${step} is resolved as ${as}. To go on with the ${runTitle(run)}:`,
            `  biotope run retry ${run.id}`,
          ],
  };
}

function endedLine(run: RunRecord, status: string): string {
  return `run ${run.id} (${runTitle(run)}) is ${status}`;
}
