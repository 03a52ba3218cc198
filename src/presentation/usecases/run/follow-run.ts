import type { Biotope } from '../../../compose/seat/contract.ts';
import type { Address } from '../../../model/address.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { noRun } from '../../../model/not-there.ts';
import { isRunFinished, type RunRecord } from '../../../model/run.ts';
import { isStepFinished, type StepRecord } from '../../../model/step.ts';
import { systemClock } from '../../../platform/clock.ts';
import { resourcesOf, unfinishedRuns } from '../../../queries/lookup.ts';
import { planOfRun } from '../../../queries/plans.ts';
import { formatDuration } from '../../pages/duration.ts';
import { livePicture } from '../../pages/live/live-picture.ts';
import { createNarrator } from '../../pages/live/narrator.ts';
import type { RunView } from '../../pages/live/run-view.ts';
import { howToGoOn, processName } from '../../pages/notices.ts';
import type { Wait } from '../../pages/wait.ts';
import {
  askedEndpoints,
  splitProgress,
  waitingEndpoints,
  waitingForApproval,
  waitingInLine,
  waitOfState,
} from '../../pages/waiting.ts';
import { runTitle } from '../../pages/words.ts';
import type { Session } from '../../session.ts';
import { createPatientReader } from './patient-reader.ts';

/** How often the picture moves, and how long another process's change stays unseen. */
const LOOK_EVERY_MS = 100;

export interface FollowedRun {
  run: RunRecord;
  steps: readonly StepRecord[];
}

export interface FollowTerms {
  /** Null: as long as it takes. */
  timeoutMs: number | null;
  /** What was done before is not told again. */
  sinceMs?: number;
  /** Lines that are told first. */
  notes?: readonly string[];
}

/**
 * Shows a run until it has ended, whichever process drives it: if that one goes away, this one
 * takes over. Rejects with WAIT_TIMEOUT and INTERRUPTED; the run is not lost by that.
 */
export async function followRun(
  session: Session,
  runId: string,
  { timeoutMs, sinceMs = 0 }: FollowTerms,
): Promise<FollowedRun> {
  const { biotope, screen, palette, interrupt } = session;
  const narrator = createNarrator({ palette, hasLivePicture: screen.isLive, sinceMs });
  const startedAtMs = systemClock.nowMs();
  const read = createPatientReader(createRunReader(biotope, runId), {
    untilMs: timeoutMs === null ? null : startedAtMs + timeoutMs,
    signal: interrupt.signal,
  });
  for (;;) {
    const view = await read();
    const isDone = isRunFinished(view.run);
    const picture = isDone ? [] : livePicture(view, palette, screen.rows() - 1);
    screen.print(narrator.tell(view), picture);
    if (isDone) return view;
    if (interrupt.signal.aborted) throw leaving('INTERRUPTED', 'Interrupted', view.run, biotope);
    if (timeoutMs !== null && view.nowMs - startedAtMs >= timeoutMs) {
      const error = leaving(
        'WAIT_TIMEOUT',
        `Not done after ${formatDuration(timeoutMs)}`,
        view.run,
        biotope,
      );
      interrupt.leave(error);
      throw error;
    }
    await biotope.driveIfLeft();
    await biotope.changed(LOOK_EVERY_MS);
  }
}

/** Reads what changed since the last time: a run may have ten thousand steps. */
export function createRunReader(biotope: Biotope, runId: string): () => Promise<RunView> {
  const steps = new Map<Address, StepRecord>();
  let seenRevision = 0;
  let moves: RunView['moves'];
  return async () => {
    const { store, seat } = biotope;
    // The run first: what it waits for is then at least as new as what it says.
    const run = (await store.get('runs', runId))?.value;
    if (run === undefined) throw noRun(runId);
    const changed = await store.find('steps', { where: { runId }, changedAfter: seenRevision });
    for (const { value, revision } of changed) {
      steps.set(value.address, value);
      seenRevision = Math.max(seenRevision, revision);
    }
    if (run.summary !== null) moves ??= await movesOf(biotope, runId);
    const all = [...steps.values()];
    const nowMs = systemClock.nowMs();
    const ahead = run.status === 'queued' ? await unfinishedRuns(store, run.environment) : [];
    const { waiting, progress } = splitProgress(all, progressOf(biotope, runId));
    const validation =
      seat === undefined
        ? await askedByOthers(biotope, run, all)
        : waitingEndpoints(seat.whole.engine.validationWaits(runId), nowMs);
    return {
      run,
      steps: all,
      nowMs,
      progress,
      ...(moves === undefined ? {} : { moves }),
      ...(await askedPlan(biotope, run)),
      waiting: [
        ...waitingInLine(run, ahead),
        ...waitingForApproval(run),
        ...all.flatMap((step) => waitOfState(run, step, nowMs)),
        ...waiting,
        ...validation,
      ],
    };
  };
}

async function askedPlan({ store }: Biotope, run: RunRecord): Promise<Pick<RunView, 'plan'>> {
  const plan = run.approval === null ? undefined : await planOfRun(store, run.id);
  return plan === undefined ? {} : { plan };
}

/** Status endpoints are asked when all else is done; whoever drives keeps the answers to itself. */
async function askedByOthers(
  { store }: Biotope,
  { environment, status }: RunRecord,
  steps: readonly StepRecord[],
): Promise<Wait[]> {
  if (status !== 'running' || !steps.every(isStepFinished)) return [];
  const found = await store.get('environments', environment);
  return askedEndpoints(found?.value, await resourcesOf(store, environment));
}

/** They are committed with the plan, among the run's first events. */
const FIRST_EVENTS_MAX = 200;

async function movesOf({ store }: Biotope, runId: string): Promise<{ from: string; to: string }[]> {
  const events = await store.events({ runId, limit: FIRST_EVENTS_MAX });
  return events.flatMap(({ event: { type, data } }) =>
    type === 'resource.moved' ? [{ from: String(data.from), to: String(data.to) }] : [],
  );
}

function progressOf({ seat }: Biotope, runId: string): Map<Address, string> {
  const own = `${runId}/`;
  return new Map(
    [...(seat?.whole.progress ?? [])].flatMap(([key, message]) =>
      key.startsWith(own) ? [[key.slice(own.length), message] as const] : [],
    ),
  );
}

function leaving(
  code: 'INTERRUPTED' | 'WAIT_TIMEOUT',
  what: string,
  run: RunRecord,
  biotope: Biotope,
): BiotopeError {
  const driver = biotope.otherDriver();
  const title = `run ${run.id} (${runTitle(run)})`;
  const facts = { run: run.id, environment: run.environment, runStatus: run.status };
  if (driver === undefined) {
    const detail = howToGoOn(run).join('\n');
    return new BiotopeError(code, { message: `${what}: ${title} is not finished.`, detail, facts });
  }
  return new BiotopeError(code, {
    message: `${what}: ${title} goes on in ${processName(driver)}.`,
    detail: `To see how far it is, and to follow it to its end:\n  biotope run show ${run.id}\n  biotope run resume ${run.id}`,
    facts,
  });
}
