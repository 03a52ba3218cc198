import type { EventDraft } from '../../model/event.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Expectation, Stored, Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { putStep, runUnchanged, stepUnchanged } from '../transactions.ts';
import type { RunView } from './run-view.ts';

/** What a holder has decided about its run: becomes one transaction. */
export interface Decision {
  expect: Expectation[];
  writes: Write[];
  events: EventDraft[];
}

export function noDecision(): Decision {
  return { expect: [], writes: [], events: [] };
}

export function isEmpty(decision: Decision): boolean {
  return decision.writes.length === 0;
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

/**
 * Commits under the run's revision: a holder that lost its lease, or that has not seen a
 * cancellation yet, is refused with STORE_CONFLICT.
 */
export async function commitDecision(
  context: EngineContext,
  view: RunView,
  decision: Decision,
): Promise<void> {
  const { number } = await context.store.commit({
    scope: view.environment.value.name,
    expect: [runUnchanged(view.run), ...decision.expect],
    writes: decision.writes,
    events: decision.events,
  });
  view.absorb(decision.writes, number);
}
