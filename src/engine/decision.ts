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

/** As one: what the later ones write comes after what the earlier ones do. */
export function mergeDecisions(decisions: readonly Decision[]): Decision {
  const merged = noDecision();
  for (const { expect, writes, events } of decisions) {
    for (const each of expect) merged.expect.push(each);
    for (const each of writes) merged.writes.push(each);
    for (const each of events) merged.events.push(each);
  }
  return merged;
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
