import { type EnvironmentRecord, startValidating } from '../../model/environment.ts';
import { isBiotopeError } from '../../model/errors.ts';
import type { Order } from '../../model/order.ts';
import { type ResourceRecord, stateKey } from '../../model/resource.ts';
import type { Failure } from '../../model/run.ts';
import type { Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { type Decision, isEmpty, mergeDecisions, noDecision } from '../decision.ts';
import { failureOf } from '../failures.ts';
import { forgetSecretsOf } from '../housekeeping/secrets.ts';
import { putResource } from '../transactions.ts';
import { validate } from '../validation/validation.ts';
import { commitDecision } from './commit.ts';
import { type Dispatched, dispatchSteps } from './dispatch.ts';
import { heldSteps, pauseRun, toBeFoundOut } from './pause.ts';
import { resolveResults } from './results.ts';
import type { Session } from './session.ts';
import {
  beginsHealing,
  cancelledFailure,
  defeatOf,
  isOnlyLooking,
  toDefeated,
  toHealing,
  toSucceeded,
  toValidating,
} from './settle.ts';
import { renewal } from './upkeep.ts';
import { cancelWaiting, loseAbandoned, recallStale, skipBlocked, skipDoomed } from './withdraw.ts';

/** What came of one decision about a run. */
export interface Decided {
  orders: Order[];
  finished: boolean;
  /** Something was committed that may make another decision possible. */
  hasMoved: boolean;
}

/**
 * One look at a run: what was reported, and what has to be withdrawn, dispatched or concluded now, as
 * one transaction. Rejects with STORE_CONFLICT where the run has moved on; then nothing was done.
 */
export async function decideRun(
  context: EngineContext,
  session: Session,
  onVerdict: () => void,
): Promise<Decided> {
  const { view } = session;
  const isCancelled = view.run.value.cancelRequestedAtMs !== null;
  const held = heldSteps(view);
  const toGo = isCancelled || held.length > 0 ? toBeFoundOut(session) : session.allotted;
  const dispatched = dispatchSteps(context, session, toGo);
  const moves = [
    ...withdrawals(context, session, isCancelled),
    dispatched.decision,
    beginsHealing(view, dispatched.orders) ? toHealing(view) : noDecision(),
  ];
  const told = session.told?.decision ?? noDecision();
  const mayEnd = held.length === 0 && moves.every(isEmpty);
  const end = mayEnd && !isEmpty(told) ? endAtOnce(context, session) : null;
  const decision = mergeDecisions([told, ...moves, renewal(context, session), end ?? noDecision()]);
  if (!isEmpty(decision)) {
    await commitTurn(context, session, { decision, dispatched, isEnd: end !== null });
    for (const claimed of dispatched.claims) session.claims.set(claimed.order.address, claimed);
    return { orders: dispatched.orders, finished: end !== null, hasMoved: true };
  }
  const finished =
    held.length > 0
      ? await pauseRun(context, view, held)
      : view.readiness.isExhausted() && (await conclude(context, session, onVerdict));
  return { orders: [], finished, hasMoved: false };
}

/** Each kind of thing that a turn commits can be killed at: see the failpoints of faults. */
async function commitTurn(
  context: EngineContext,
  { view, told }: Session,
  { decision, dispatched, isEnd }: { decision: Decision; dispatched: Dispatched; isEnd: boolean },
): Promise<void> {
  const kinds: ('dispatch' | 'report' | 'claim' | 'finish')[] = ['dispatch'];
  if (told !== null && told.brought.length > 0) kinds.push('report');
  if (dispatched.claims.length > 0) kinds.push('claim');
  if (isEnd) kinds.push('finish');
  for (const kind of kinds) context.failpoint(`${kind}.before-commit`);
  await commitDecision(context, view, decision);
  for (const kind of kinds) context.failpoint(`${kind}.after-commit`);
}

function withdrawals(context: EngineContext, session: Session, isCancelled: boolean): Decision[] {
  const { view, judgeClaimsAtMs: atMs, heldFromMs } = session;
  const abandoned =
    atMs === null ? noDecision() : loseAbandoned(context, view, { atMs, heldFromMs });
  session.judgeClaimsAtMs = null;
  const waiting = isCancelled ? cancelWaiting(context, view) : recallStale(view);
  const doomed = isCancelled ? noDecision() : skipDoomed(context, view);
  return [abandoned, waiting, doomed, session.parking.release(view)];
}

/**
 * The end of a run that succeeds with what was just reported, and has nobody to ask whether it lives:
 * recorded with that report. Null: what else has to be done comes after it.
 */
function endAtOnce(context: EngineContext, session: Session): Decision | null {
  const { view } = session;
  const { kind, cancelRequestedAtMs } = view.run.value;
  if (kind === 'destroy' || cancelRequestedAtMs !== null) return null;
  if (!view.readiness.isExhausted() || defeatOf(view) !== null) return null;
  if (session.validation !== null || session.verdict !== undefined) return null;
  if (kind === 'action' || isOnlyLooking(view)) return toSucceeded(context, view);
  const announced = announceResults(session);
  return 'failure' in announced ? null : unaskedSuccess(context, session, announced);
}

/** Null where there are endpoints to ask. */
function unaskedSuccess(
  context: EngineContext,
  { view }: Session,
  { announcement, environment, resources }: Announced,
): Decision | null {
  if (resources.some(({ statusEndpoints }) => statusEndpoints.length > 0)) return null;
  return mergeDecisions([announcement, toSucceeded(context, view, environment)]);
}

/** Nothing goes on any more: the run ends, or what was built is asked whether it lives. */
async function conclude(
  context: EngineContext,
  session: Session,
  onVerdict: () => void,
): Promise<boolean> {
  const { view } = session;
  const blocked = skipBlocked(context, view);
  if (!isEmpty(blocked)) {
    await commitDecision(context, view, blocked);
    onVerdict();
    return false;
  }
  const defeat = defeatOf(view);
  if (defeat !== null) return finish(context, session, toDefeated(context, view, defeat));
  if (view.run.value.kind === 'destroy') {
    await forgetSecretsOf(context, view.run.value.environment);
    const decision = await withoutStates(context, session, toSucceeded(context, view));
    return finish(context, session, decision);
  }
  if (view.run.value.kind === 'action') return finish(context, session, toSucceeded(context, view));
  if (view.run.value.cancelRequestedAtMs !== null) {
    session.validation?.abort.abort(new Error('cancelled'));
    return finish(context, session, toDefeated(context, view, cancelledFailure(view)));
  }
  if (isOnlyLooking(view)) return finish(context, session, toSucceeded(context, view));
  if (session.verdict !== undefined) {
    const end = session.verdict;
    const decision = end === null ? toSucceeded(context, view) : toDefeated(context, view, end);
    return finish(context, session, decision);
  }
  return session.validation === null && beginValidation(context, session, onVerdict);
}

/** Evidence of late reports goes with the environment it is about. */
async function withoutStates(
  { store }: EngineContext,
  { view }: Session,
  decision: Decision,
): Promise<Decision> {
  const { environment } = view.run.value;
  const left = await store.find('states', { where: { environment } });
  const writes = left.map(
    ({ value }): Write => ({ kind: 'delete', collection: 'states', key: stateKey(value) }),
  );
  return { ...decision, writes: [...decision.writes, ...writes] };
}

async function finish(
  context: EngineContext,
  session: Session,
  decision: Decision,
): Promise<boolean> {
  context.failpoint('finish.before-commit');
  await commitDecision(context, session.view, decision);
  context.failpoint('finish.after-commit');
  return true;
}

/** What was built shows what it is and is asked whether it lives; where there is nothing to ask, it does. */
async function beginValidation(
  context: EngineContext,
  session: Session,
  onVerdict: () => void,
): Promise<boolean> {
  const { view } = session;
  const announced = announceResults(session);
  if ('failure' in announced) {
    session.verdict = announced.failure;
    onVerdict();
    return false;
  }
  const success = unaskedSuccess(context, session, announced);
  if (success !== null) return finish(context, session, success);
  const { announcement } = announced;
  if (!isEmpty(announcement)) await commitDecision(context, view, announcement);
  startValidation(context, session, onVerdict);
  return false;
}

function startValidation(context: EngineContext, session: Session, onVerdict: () => void): void {
  const abort = new AbortController();
  const resources = [...session.view.resources.values()].map((stored) => stored.value);
  const work = validate(context, resources, abort.signal);
  session.validation = { work, abort };
  work.outcome.then(
    (failure) => {
      session.verdict = failure;
      onVerdict();
    },
    (error: unknown) => {
      if (!abort.signal.aborted) context.log.error({ err: error }, 'validation broke off');
      session.validation = null;
    },
  );
}

interface Announced {
  announcement: Decision;
  /** As they are with that. */
  environment: EnvironmentRecord;
  resources: ResourceRecord[];
}

/** Outputs and endpoints, once; a run taken over in the middle of its validation has them. */
function announceResults({ view, inputs }: Session): Announced | { failure: Failure } {
  const recorded = [...view.resources.values()].map(({ value }) => value);
  const { value: environment } = view.environment;
  if (environment.status === 'validating') {
    return { announcement: noDecision(), environment, resources: recorded };
  }
  try {
    const { outputs, entrypoints, resources } = resolveResults(view, inputs);
    const made = { outputs, entrypoints, resourceCount: view.resources.size };
    const validating = startValidating({ ...environment, ...made });
    const announcement = toValidating(view, validating);
    announcement.writes.push(...resources.map(putResource));
    return { announcement, environment: validating, resources: [...recorded, ...resources] };
  } catch (error) {
    if (!isBiotopeError(error, 'EXPRESSION_FAILED')) throw error;
    return { failure: failureOf(error) };
  }
}
