import { isBiotopeError } from '../../model/errors.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Committed, Transaction } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { failureOf } from '../failures.ts';
import type { ValidationWait } from '../validation/validation.ts';
import { commitDecision } from './commit.ts';
import { type Decided, decideRun } from './decide.ts';
import { createHeldRuns, type HeldRuns } from './held-runs.ts';
import type { Lanes } from './lanes.ts';
import { createPools } from './pools.ts';
import { hearReports } from './reports.ts';
import { createResending } from './resend.ts';
import type { RunView } from './run-view.ts';
import {
  canGoOn,
  closeSession,
  concerned,
  createSession,
  isHeldBy,
  type Session,
  settleReports,
} from './session.ts';
import { toDefeated } from './settle.ts';
import { type SendOrder, tellWorkers } from './tell.ts';
import { catchUp, handBack } from './upkeep.ts';
import { createWakefulness } from './wakefulness.ts';

/** Drives the runs that this process holds. */
export interface Coordinator extends HeldRuns {
  add(view: RunView): void;
  holds(runId: string): boolean;
  readonly activeCount: number;
  /** News from the store: what a transaction wrote. */
  absorb(transaction: Transaction, committed: Committed): void;
  /** A run may have been changed by somebody else. */
  refresh(runId: string): void;
  /** Leases, delays, lost workers, orders that nobody took. */
  tick(): void;
  /** Dispatches nothing more; what is under way is still recorded. */
  drain(): void;
  /** Hands every run back. */
  stop(): Promise<void>;
  /** Of a run that this process holds: the status endpoints that have not answered yet. */
  waitsOf(runId: string): ValidationWait[];
}

/** Decisions in a row that fail for no passing reason, a tick apart, before the run is given up. */
const TROUBLES_MAX = 10;

const NOT_DECIDED = 'a decision could not be made; tried again soon';
/** What is away may stay so for hours. */
const TOLD_EVERY_MS = 60_000;

interface CoordinatorTerms {
  lanes: Lanes;
  sendOrder: SendOrder;
  onFinished(): void;
}

export function createCoordinator(
  context: EngineContext,
  { lanes, sendOrder, onFinished }: CoordinatorTerms,
): Coordinator {
  const { clock, settings, log, holder } = context;
  const sessions = new Map<string, Session>();
  const pools = createPools<Session>(lanes);
  const woken = new Set<Session>();
  const working = new Set<Promise<void>>();
  const resending = createResending(context, sendOrder);
  const awake = createWakefulness(context);
  let isPumpPlanned = false;
  let isDraining = false;

  function wake(session: Session): void {
    woken.add(session);
    if (isPumpPlanned) return;
    isPumpPlanned = true;
    clock.soon(pump);
  }

  /** Hears reports, gives free places to ready steps, then lets every run with news decide. */
  function pump(): void {
    isPumpPlanned = false;
    const nowMs = clock.nowMs();
    for (const session of woken) hear(session);
    if (!isDraining) givePlaces(nowMs);
    const turns = [...woken];
    woken.clear();
    for (const session of turns) track(session, turn(session));
  }

  function givePlaces(nowMs: number): void {
    for (const session of woken) if (!session.closed) pools.offer(session, nowMs);
    for (const session of pools.allot(nowMs)) woken.add(session);
  }

  /** Before places are given: those of steps that have ended are free. */
  function hear(session: Session): void {
    if (session.closed || session.deciding || session.reports.length === 0) return;
    session.told = hearReports(context, session.view, session.reports.splice(0));
  }

  function track(session: Session, work: Promise<void>): void {
    const ended = work
      .catch((error: unknown) => recover(session, error))
      .catch((error: unknown) => log.error({ err: error }, 'a run could not be given up'));
    working.add(ended);
    void ended.finally(() => working.delete(ended));
  }

  async function turn(session: Session): Promise<void> {
    if (session.closed) return;
    if (!isHeldBy(session, holder)) return close(session);
    session.decideAgain = session.deciding;
    if (session.deciding) return;
    session.deciding = true;
    try {
      carryOut(session, await decideRun(context, session, () => wake(session)));
    } catch (error) {
      session.told?.takeBack();
      throw error;
    } finally {
      session.deciding = false;
      settleReports(session, false);
      returnUnused(session);
      if (session.decideAgain && !session.closed) wake(session);
    }
  }

  function carryOut(session: Session, { orders, finished, hasMoved }: Decided): void {
    session.troubles = 0;
    settleReports(session, true);
    for (const order of orders) sendOrder(order, session);
    if (finished) finish(session);
    else if (hasMoved && canGoOn(session, clock.nowMs())) wake(session);
  }

  function finish(session: Session): void {
    close(session);
    onFinished();
  }

  /** Places whose step was not dispatched after all, because the decision was refused. */
  function returnUnused(session: Session): void {
    for (const address of session.allotted.splice(0)) {
      if (session.readiness.putBack(address)) pools.release(session, address);
    }
  }

  function keepPlace(session: Session, step: StepRecord): void {
    const { status, address } = step;
    if (session.closed) return;
    session.parking.note(step);
    const isBusy = status === 'dispatched' || status === 'running';
    if (isBusy) pools.hold(session, address, lanes.laneOf(step));
    else pools.release(session, address);
  }

  /** A refused decision rests on old news: catch up and decide again. The tick helps the rest. */
  async function recover(session: Session, error: unknown): Promise<void> {
    const run = session.view.run.value.id;
    if (!isBiotopeError(error, 'STORE_CONFLICT')) {
      const passes = isBiotopeError(error) && error.entry.retryable;
      const isTold = passes && clock.nowMs() - session.toldAtMs < TOLD_EVERY_MS;
      if (!isTold) session.toldAtMs = clock.nowMs();
      log[isTold ? 'debug' : 'error']({ err: error, run }, NOT_DECIDED);
      if (!passes) await despair(session, error);
      return;
    }
    try {
      await catchUp(context, session.view);
      wake(session);
    } catch (failure) {
      log.error({ err: failure, run }, 'the store did not answer; tried again soon');
    }
  }

  /** What no repetition can mend ends the run instead of going round for ever. */
  async function despair(session: Session, error: unknown): Promise<void> {
    session.troubles += 1;
    if (session.troubles < TROUBLES_MAX) return;
    const failure = { ...failureOf(error), code: 'INTERNAL' as const };
    await commitDecision(context, session.view, toDefeated(context, session.view, failure));
    finish(session);
  }

  function close(session: Session): void {
    closeSession(session);
    pools.remove(session);
    sessions.delete(session.view.run.value.id);
  }

  function tickSession(session: Session): void {
    if (awake.isAwake()) session.judgeClaimsAtMs = clock.nowMs();
    if (!settings.otherHoldersAreDead) track(session, catchUp(context, session.view));
    wake(session);
  }

  return {
    ...createHeldRuns(sessions, wake),
    add(view) {
      const session = createSession(context, view);
      sessions.set(view.run.value.id, session);
      view.onStep = (step) => keepPlace(session, step);
      for (const { value } of view.steps.values()) keepPlace(session, value);
      wake(session);
    },
    holds: (runId) => sessions.has(runId),
    get activeCount() {
      return sessions.size;
    },
    absorb(transaction, { number }) {
      for (const session of concerned(sessions, transaction)) {
        if (session.view.committing === transaction) continue;
        session.view.absorb(transaction.writes, number);
        tellWorkers(context, session);
        wake(session);
      }
    },
    refresh(runId) {
      const session = sessions.get(runId);
      if (session === undefined) return;
      track(
        session,
        catchUp(context, session.view).then(() => wake(session)),
      );
    },
    tick() {
      awake.tick();
      for (const session of sessions.values()) {
        tickSession(session);
        tellWorkers(context, session);
      }
      resending.tick(sessions.values());
    },
    drain() {
      isDraining = true;
    },
    async stop() {
      isDraining = true;
      while (working.size > 0) await Promise.all([...working]);
      await Promise.allSettled([...sessions.values()].map((each) => handBack(context, each)));
      for (const session of sessions.values()) close(session);
    },
    waitsOf: (runId) => sessions.get(runId)?.validation?.work.waits() ?? [],
  };
}
