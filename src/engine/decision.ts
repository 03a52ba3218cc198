import type { EventDraft } from '../model/event.ts';
import type { StepRecord } from '../model/step.ts';
import type { Stored, Transaction } from '../store/store.ts';
import { putStep, stepUnchanged } from './transactions.ts';

/** What was decided, before it is known under whose numbers it is committed. */
export type Decision = Omit<Transaction, 'scope'>;

export function noDecision(): Decision {
  return { expect: [], writes: [], events: [] };
}

export function isEmpty(decision: Decision): boolean {
  return decision.writes.length === 0;
}

export function mergeDecisions(left: Decision, right: Decision): Decision {
  return {
    expect: [...left.expect, ...right.expect],
    writes: [...left.writes, ...right.writes],
    events: [...left.events, ...right.events],
  };
}

/** Adds the step's new state, bound to the state that was decided upon. */
export function decideStep(
  decision: Decision,
  before: Stored<StepRecord>,
  after: StepRecord,
  event: EventDraft,
): void {
  decision.expect.push(stepUnchanged(before));
  decision.writes.push(putStep(after));
  decision.events.push(event);
}
