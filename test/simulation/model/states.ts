import type { EnvironmentStatus } from '../../../src/model/environment.ts';
import type { EventType } from '../../../src/model/event.ts';
import type { RunStatus } from '../../../src/model/run.ts';
import type { StepStatus } from '../../../src/model/step.ts';
import type { Chronicle } from './chronicle.ts';
import { type Check, type Commit, putsOf, type SeenPut, type SeenWrite } from './records.ts';

/** The states of the design, written down a second time; `new`: there was no record. */
const ENVIRONMENT: Record<EnvironmentStatus | 'new', readonly EnvironmentStatus[]> = {
  new: ['deploying'],
  deploying: ['validating', 'failed'],
  validating: ['ok', 'failed'],
  ok: ['deploying', 'destroying', 'failed'],
  failed: ['deploying', 'destroying', 'ok'],
  destroying: ['destroyed', 'failed'],
  destroyed: ['deploying'],
};

const RUN: Record<RunStatus | 'new', readonly RunStatus[]> = {
  new: ['queued'],
  queued: ['planning', 'awaiting-approval', 'failed', 'cancelled'],
  planning: ['awaiting-approval', 'running', 'failed', 'cancelled'],
  'awaiting-approval': ['running', 'planning', 'failed', 'cancelled'],
  running: ['awaiting-approval', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

const STEP: Record<StepStatus | 'new', readonly StepStatus[]> = {
  new: ['pending', 'unknown'],
  pending: ['dispatched', 'succeeded', 'skipped', 'cancelled', 'failed', 'parked'],
  dispatched: ['running', 'pending', 'cancelled', 'unknown'],
  running: ['succeeded', 'failed', 'cancelled', 'unknown', 'pending', 'parked'],
  parked: ['pending', 'cancelled', 'skipped'],
  unknown: ['dispatched', 'succeeded', 'pending', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
  skipped: [],
};

const SUBJECTS: Record<string, 'environments' | 'runs' | 'steps' | undefined> = {
  environment: 'environments',
  run: 'runs',
  step: 'steps',
};

const STATUSES = new Set([ENVIRONMENT, RUN, STEP].flatMap((table) => Object.keys(table)));

/** No run makes what is ok failed, nor what has failed ok, in one step. */
export function isOfHealth({ value, before }: SeenPut<'environments'>): boolean {
  const ways = [before?.status, value.status].join();
  return ways === 'ok,failed' || ways === 'failed,ok';
}

/** What is to be inspected stays unknown while it waits for a system. */
function isWaitingUnknown(write: SeenWrite): boolean {
  if (write.kind !== 'put' || write.collection !== 'steps') return false;
  return write.value.status === 'unknown' && write.value.parked != null;
}

/** For a worker of the same process an order is given out and claimed in one transaction. */
function isGivenOutAndClaimed(from: string | undefined, to: string): boolean {
  return to === 'running' && (from === 'pending' || from === 'unknown');
}

/**
 * States change as designed, every change has its event in the same transaction, and the numbers of
 * a scope have no gap.
 */
export function watchStates(chronicle: Chronicle): Check {
  const numbers = new Map<string, number>();

  function seeNumber({ transaction: { scope }, number }: Commit): void {
    const expected = (numbers.get(scope) ?? 0) + 1;
    if (number !== expected) {
      chronicle.complain(`${scope}: a commit has number ${number}, and ${expected} was next`);
    }
    numbers.set(scope, number);
  }

  function moved(
    { collection, key, value, before }: SeenPut<'environments' | 'runs' | 'steps'>,
    table: Record<string, readonly string[]>,
  ): boolean {
    const from = before?.status ?? 'new';
    if (from === value.status) return false;
    const way = [from, ...(isGivenOutAndClaimed(from, value.status) ? ['dispatched'] : [])];
    for (const [at, status] of way.entries()) {
      const next = way[at + 1] ?? value.status;
      if (table[status]?.includes(next)) continue;
      chronicle.complain(`${collection} ${key} went from ${status} to ${next}`);
    }
    return true;
  }

  function demandEvent({ transaction }: Commit, type: EventType, runId: string | null): void {
    const { events, scope } = transaction;
    if (events.some((event) => event.type === type && event.runId === runId)) return;
    chronicle.complain(`${scope}: there is no event ${type} with the change it tells of`);
  }

  function demandEnvironmentEvent(commit: Commit, write: SeenPut<'environments'>): void {
    const { status, lastRunId } = write.value;
    demandEvent(commit, `environment.${status}`, isOfHealth(write) ? null : lastRunId);
  }

  function seeStep(commit: Commit, write: SeenPut<'steps'>): void {
    if (!moved(write, STEP) || write.before === undefined) return;
    const { runId, address, status } = write.value;
    const isTold = commit.transaction.events.some(
      (event) =>
        event.type.startsWith('step.') && event.runId === runId && event.address === address,
    );
    if (!isTold) chronicle.complain(`step ${write.key} became ${status} without an event`);
  }

  /** What is known of a resource changes with its step, or is moved, or removed. */
  function seeResource(
    { transaction }: Commit,
    { key, value, before }: SeenPut<'resources'>,
  ): void {
    if (before?.status === value.status) return;
    if (transaction.events.some(({ address }) => address === value.address)) return;
    chronicle.complain(`resource ${key} became ${value.status} without an event`);
  }

  /** An event that tells of a state tells of a change to it. */
  function seeEvents({ transaction: { events }, writes }: Commit): void {
    for (const { type, runId, address } of events) {
      const [subject = '', status = ''] = type.split('.');
      const collection = SUBJECTS[subject];
      if (collection === undefined || !STATUSES.has(status)) continue;
      const isTrue = writes.some(
        (write) =>
          write.kind === 'put' &&
          write.collection === collection &&
          write.before?.status !== status &&
          (write.value.status === status ||
            (status === 'parked' && isWaitingUnknown(write)) ||
            (status === 'dispatched' &&
              isGivenOutAndClaimed(write.before?.status, write.value.status))),
      );
      const what = `${type} (${runId}${address === null ? '' : ` ${address}`})`;
      if (!isTrue) chronicle.complain(`event ${what} tells of a change that was none`);
    }
  }

  return (commit) => {
    seeNumber(commit);
    seeEvents(commit);
    for (const write of putsOf(commit, 'steps')) seeStep(commit, write);
    for (const write of putsOf(commit, 'resources')) seeResource(commit, write);
    for (const write of putsOf(commit, 'runs')) {
      const { status, id } = write.value;
      if (moved(write, RUN)) demandEvent(commit, `run.${status}`, id);
    }
    for (const write of putsOf(commit, 'environments')) {
      if (moved(write, ENVIRONMENT)) demandEnvironmentEvent(commit, write);
    }
  };
}
