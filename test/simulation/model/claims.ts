import type { Order } from '../../../src/model/order.ts';
import type { StepRecord, StepStatus } from '../../../src/model/step.ts';
import type { Chronicle } from './chronicle.ts';
import { CLOCKS_APART_MS } from './driving.ts';
import type { Model } from './line.ts';
import { type Check, type Commit, putsOf, type Records, type SeenPut } from './records.ts';

/** What workers were given and have told: nothing is granted or recorded that nobody asked for. */
export interface Dealings {
  /** A claim was recorded. */
  claimed(step: StepRecord): void;
  /** A worker has the claim, for an order: the very one that it is recorded for. */
  granted(worker: string, order: Order, token: string): void;
  wasGranted(token: string): boolean;
  /** No answer came to whoever asked for it: they begin nothing under it, and ask with another one. */
  givenUp(token: string): void;
  wasGivenUp(token: string): boolean;
  /** The claim's report is on its way. */
  reported(token: string): void;
  wasReported(token: string): boolean;
}

export function createDealings(chronicle: Chronicle): Dealings {
  const claimed = new Map<string, string>();
  const granted = new Set<string>();
  const reported = new Set<string>();
  const givenUp = new Set<string>();
  return {
    claimed: (step) => {
      const { worker = '', token = '' } = step.claim ?? {};
      claimed.set(token, nameOf(worker, step));
    },
    granted(worker, order, token) {
      granted.add(token);
      const name = nameOf(worker, order);
      if (claimed.get(token) === name) return;
      chronicle.complain(`${name} is granted, and the claim is of ${claimed.get(token)}`);
    },
    wasGranted: (token) => granted.has(token),
    givenUp: (token) => givenUp.add(token),
    wasGivenUp: (token) => givenUp.has(token),
    reported: (token) => reported.add(token),
    wasReported: (token) => reported.has(token),
  };
}

type Asked = Pick<Order, 'runId' | 'address' | 'operation' | 'attempt' | 'runEpoch'>;

function nameOf(worker: string, { runId, address, operation, attempt, runEpoch }: Asked): string {
  const what = `${operation} of ${address} of ${runId}`;
  return `the order to ${worker} (${what}, attempt ${attempt}, epoch ${runEpoch})`;
}

interface Facts {
  model: Model;
  records: Records;
  dealings: Dealings;
  /** As often an attempt may fail. */
  attemptsMax: number;
  nowMs(): number;
  /** Of a process or a worker, by the name it has in leases and claims. */
  isDead(name: string): boolean;
  /** From now on something may be there of which nobody knows. */
  onClaimed(environment: string, identity: string): void;
  /** It is known now how the last effect on the resource ended. */
  onSettled(environment: string, identity: string): void;
}

/** Of an action each run is something else. */
function identityOf({ action, runId, identity }: StepRecord): string {
  return action === 'act' ? `${runId}/${identity}` : identity;
}

/** Until its inspection has told how it ended. */
const STILL_UNKNOWN: readonly StepStatus[] = ['unknown', 'dispatched', 'running'];

/**
 * A claim is given to one worker, for an order that stands, and ends with one report of this very
 * worker or with the end of its lease. After a cancellation nothing begins but inspections.
 */
export function watchClaims(chronicle: Chronicle, facts: Facts): Check {
  const { model, records, dealings, nowMs, isDead, onClaimed, onSettled } = facts;
  const tokens = new Set<string>();
  const reports = new Set<string>();
  const failures = new Map<string, number>();

  function seeClaim({ value: step }: SeenPut<'steps'>): void {
    const run = records.get('runs', step.runId);
    const what = `${step.operation} of ${step.environment}/${step.address}`;
    const token = step.claim?.token ?? '';
    if (token === '') chronicle.complain(`${what} runs without a claim`);
    if (tokens.has(token)) chronicle.complain(`${what}: a token is given twice`);
    tokens.add(token);
    dealings.claimed(step);
    if (run?.status !== 'running')
      chronicle.complain(`${what} begins while the run does not go on`);
    if (step.operation === 'inspect') return;
    if (step.operation !== 'look') onClaimed(step.environment, identityOf(step));
    if (step.action !== 'act') {
      model.environment(step.environment).identities.set(step.address, step.identity);
    }
    if (model.run(step.runId)?.isCancelled === true) {
      chronicle.complain(`${what} begins after the run was cancelled`);
    }
  }

  /** Its report was recorded, or it was given up. */
  function seeEnd(commit: Commit, { value, before }: SeenPut<'steps'>): void {
    const token = before?.claim?.token;
    if (before === undefined || token === undefined) return;
    const what = `step ${value.address} of ${value.runId}`;
    if (value.reportedClaim !== before.reportedClaim) seeReport(value, before, token);
    else if (isReturned(commit, before, token)) seeReturn(value);
    else if (value.status === 'unknown' || before.operation === 'look') seeLoss(commit, before);
    else chronicle.complain(`${what} became ${value.status}, and nobody had reported`);
  }

  /** Of an inspection that nobody began as little is known as before. */
  function seeReturn(step: StepRecord): void {
    if (step.status !== 'unknown') onSettled(step.environment, identityOf(step));
  }

  /**
   * Who claimed it for a worker of its own takes it back as long as that did not come for it; of others
   * it is taken back once they have said that its answer never came.
   */
  function isReturned({ author = '' }: Commit, { claim }: StepRecord, token: string): boolean {
    const isOwn = claim?.worker.startsWith(author) === true;
    return !dealings.wasGranted(token) && (isOwn || dealings.wasGivenUp(token));
  }

  function seeReport(value: StepRecord, before: StepRecord, token: string): void {
    const what = `step ${value.address} of ${value.runId}`;
    if (value.reportedClaim !== token)
      chronicle.complain(`${what}: a report of an old claim counts`);
    if (!dealings.wasReported(value.reportedClaim ?? '')) {
      chronicle.complain(`${what}: a report was recorded that nobody brought`);
    }
    if (reports.has(token)) chronicle.complain(`${what}: a report was recorded twice`);
    reports.add(token);
    if (value.status !== 'unknown') onSettled(value.environment, identityOf(value));
    // What was interrupted goes back with the failure of the attempt before, and has lost none.
    const isInterrupted = value.attempt < before.attempt;
    if (before.operation !== 'inspect' && !isInterrupted) seeFailure(value);
  }

  function seeFailure({ runId, address, action, operation, status, failure }: StepRecord): void {
    if (failure?.code !== 'STEP_FAILED' || status === 'unknown') return;
    // What is healed has been looked at before, with attempts of its own.
    const key = `${operation === 'look' ? 'look of ' : ''}${runId}/${address}`;
    failures.set(key, (failures.get(key) ?? 0) + 1);
    if ((failures.get(key) ?? 0) > (action === 'act' ? 1 : facts.attemptsMax)) {
      chronicle.complain(`step ${address} of ${runId} was tried more often than it may be`);
    }
  }

  function seeLoss({ author }: Commit, { claim, address }: StepRecord): void {
    if (claim === null || claim.expiresAtMs <= nowMs() + CLOCKS_APART_MS) return;
    if (isDead(claim.worker)) return;
    chronicle.complain(`${author} gave up the claim on ${address} before its lease had ended`);
  }

  /** A late report changes nothing: what it leaves is evidence. */
  function seeRefusal({ transaction: { events, writes } }: Commit): void {
    if (!events.some(({ type }) => type === 'step.report-refused')) return;
    const isEvidence = writes.every(
      (write) => write.collection === 'states' && write.key.includes('!'),
    );
    if (!isEvidence) chronicle.complain('a report that was refused has changed something');
  }

  function seeStep(commit: Commit, write: SeenPut<'steps'>): void {
    const { value, before } = write;
    const isSame = before?.claim?.token === value.claim?.token;
    if (before?.status === 'running' && (value.status !== 'running' || !isSame)) {
      seeEnd(commit, write);
    } else if (before !== undefined && value.reportedClaim !== before.reportedClaim) {
      chronicle.complain(`step ${value.address} of ${value.runId}: a report came from nowhere`);
    }
    if (value.status === 'running' && (before?.status !== 'running' || !isSame)) seeClaim(write);
    if (before?.status === 'unknown' && !STILL_UNKNOWN.includes(value.status)) {
      onSettled(value.environment, identityOf(value));
    }
  }

  return (commit) => {
    seeRefusal(commit);
    for (const write of putsOf(commit, 'steps')) seeStep(commit, write);
    for (const write of commit.writes) {
      if (write.collection !== 'resources' || write.kind !== 'delete') continue;
      const { environment, address } = write.before ?? { environment: '', address: '' };
      model.environment(environment).identities.delete(address);
    }
  };
}
