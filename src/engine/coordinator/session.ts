import type { Address } from '../../model/address.ts';
import type { Failure } from '../../model/run.ts';
import { isRunFinished } from '../../model/run.ts';
import type { Transaction } from '../../store/store.ts';
import type { Claimed } from '../attempt/grant.ts';
import type { EngineContext } from '../context.ts';
import type { Validation } from '../validation/validation.ts';
import { createInputs, type Inputs } from './inputs.ts';
import { createParking, type Parking } from './parking.ts';
import type { PoolUser } from './pools.ts';
import type { BroughtReport, Told } from './reports.ts';
import type { RunView } from './run-view.ts';

/**
 * A run that this process holds, from the moment its steps are recorded to its end:
 *
 *   stepping -> validating -> judged -> closed
 *   stepping -> closed (failed, cancelled, destroyed)      any -> closed (lease lost, engine stopped)
 */
export interface Session extends PoolUser {
  view: RunView;
  inputs: Inputs;
  /** The epoch under which this process took the run. */
  epoch: number;
  /** One decision at a time: while it is made, news only ask for another one. */
  deciding: boolean;
  decideAgain: boolean;
  /** Reports for the next decision. */
  reports: BroughtReport[];
  /** Those that the decision under way is about. */
  told: Told | null;
  /** Claims that are recorded and were not asked for yet by the workers they are for. */
  claims: Map<Address, Claimed>;
  /** What waits for a system that is away. */
  parking: Parking;
  /** Leases and lost workers are to be looked at, as of this time; null: not now. */
  judgeClaimsAtMs: number | null;
  heldFromMs: number;
  /** When orders were last sent again, by address. */
  resentAtMs: Map<Address, number>;
  /** Decisions in a row that could not be made, for other reasons than old news. */
  troubles: number;
  /** When it was said last that a decision could not be made. */
  toldAtMs: number;
  validation: { work: Validation; abort: AbortController } | null;
  /** Undefined until every endpoint was asked; null: all answered. */
  verdict: Failure | null | undefined;
  closed: boolean;
}

export function createSession(context: EngineContext, view: RunView): Session {
  return {
    view,
    inputs: createInputs(view),
    readiness: view.readiness,
    allotted: [],
    held: new Map<Address, string>(),
    epoch: view.run.value.epoch,
    deciding: false,
    decideAgain: false,
    reports: [],
    told: null,
    claims: new Map<Address, Claimed>(),
    parking: createParking(context),
    judgeClaimsAtMs: context.clock.nowMs(),
    heldFromMs: context.clock.nowMs(),
    resentAtMs: new Map<Address, number>(),
    troubles: 0,
    toldAtMs: Number.NEGATIVE_INFINITY,
    validation: null,
    verdict: undefined,
    closed: false,
  };
}

/** False once another holder took the run, or it ended. */
export function isHeldBy(session: Session, holder: string): boolean {
  const run = session.view.run.value;
  return run.lease?.holder === holder && run.epoch === session.epoch && !isRunFinished(run);
}

/** Nothing is under way that would bring news: another decision is due at once. */
export function canGoOn({ readiness }: Session, nowMs: number): boolean {
  return readiness.isExhausted() || readiness.lanesWithReady(nowMs).length > 0;
}

/** Whoever brought them looks into the store where they were not recorded. */
export function settleReports(session: Session, isRecorded: boolean): void {
  for (const { settle } of session.told?.brought ?? []) settle(isRecorded);
  session.told = null;
}

export function closeSession(session: Session): void {
  session.closed = true;
  session.validation?.abort.abort(new Error('closed'));
  settleReports(session, false);
  for (const { settle } of session.reports.splice(0)) settle(false);
}

/** Those whose runs or steps it writes. */
export function concerned(
  sessions: ReadonlyMap<string, Session>,
  transaction: Transaction,
): Set<Session> {
  const found = new Set<Session>();
  for (const write of transaction.writes) {
    if (write.kind === 'delete') continue;
    if (write.collection !== 'runs' && write.collection !== 'steps') continue;
    const runId = write.collection === 'runs' ? write.value.id : write.value.runId;
    const session = sessions.get(runId);
    if (session !== undefined) found.add(session);
  }
  return found;
}
