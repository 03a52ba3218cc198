import type { EventRecord } from '../../../../model/event.ts';
import type { JsonObject } from '../../../../model/json.ts';
import type { Failure } from '../../../../model/run.ts';
import { failure as failureFault } from '../../../../model/shapes/run.ts';
import type { Operation } from '../../../../model/step.ts';
import type { Attempt } from '../../../pages/explanation.ts';

/** What was begun for a step and how each piece of work ended, as its events tell, oldest first. */
export function attemptsOf(history: readonly EventRecord[]): Attempt[] {
  const attempts: Attempt[] = [];
  for (const event of history) {
    const last = attempts.at(-1);
    const open = last?.finishedAtMs === null ? last : undefined;
    if (event.type === 'step.running') {
      if (last !== undefined && isRecalled(last)) last.outcome += AGAIN;
      attempts.push(begun(event));
      continue;
    }
    const outcome = outcomeOf(event, open);
    if (outcome === undefined) continue;
    const ended = open ?? { ...begun(event), operation: operationOf(event) };
    if (open === undefined) attempts.push(ended);
    Object.assign(ended, { finishedAtMs: event.atMs, outcome, failure: failureOf(event.data) });
  }
  return attempts;
}

const AGAIN = ', begun again';

function isRecalled({ outcome }: Attempt): boolean {
  return outcome === 'interrupted' || /^(?:found|met) /.test(outcome);
}

function begun(event: EventRecord): Attempt {
  const { operation, worker, attempt } = event.data;
  return {
    // Written by the engine, which knows no others.
    operation: typeof operation === 'string' ? (operation as Operation) : null,
    number: typeof attempt === 'number' ? attempt : 0,
    worker: typeof worker === 'string' ? worker : null,
    startedAtMs: event.atMs,
    finishedAtMs: null,
    outcome: 'under way',
    failure: null,
  };
}

function operationOf({ type }: EventRecord): Attempt['operation'] {
  return type === 'step.resolved' ? 'resolve' : null;
}

/** Undefined where nothing ended: what was given out and taken back was never begun. */
function outcomeOf({ type, data }: EventRecord, open: Attempt | undefined): string | undefined {
  switch (type) {
    case 'step.succeeded':
      if (data.result !== 'unchanged') return 'succeeded';
      return open === undefined ? undefined : 'found unchanged';
    case 'step.failed':
      return 'failed';
    case 'step.retrying':
      return 'failed, tried again';
    case 'step.resolved':
      return `said to be ${String(data.as)}`;
    case 'step.unknown':
      return open === undefined ? undefined : 'nobody knows how it ended';
    case 'step.cancelled':
      return open === undefined ? undefined : 'cancelled';
    case 'step.recalled':
      if (open === undefined) return undefined;
      return typeof data.finding === 'string' ? `found ${data.finding}` : 'interrupted';
    case 'step.parked':
      return open === undefined ? undefined : `met ${String(data.system)}, which was away`;
    default:
      return undefined;
  }
}

function failureOf({ failure }: JsonObject): Failure | null {
  return failureFault(failure) === null ? (failure as unknown as Failure) : null;
}
