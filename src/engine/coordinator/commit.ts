import type { Transaction } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import { runUnchanged } from '../transactions.ts';
import type { RunView } from './run-view.ts';

/**
 * Commits under the run's revision: a holder that lost its lease, or that has not seen a
 * cancellation yet, is refused with STORE_CONFLICT.
 */
export async function commitDecision(
  context: EngineContext,
  view: RunView,
  decision: Decision,
): Promise<void> {
  const transaction: Transaction = {
    scope: view.environment.value.name,
    expect: [runUnchanged(view.run), ...decision.expect],
    writes: decision.writes,
    events: decision.events,
  };
  view.committing = transaction;
  const { number } = await context.store.commit(transaction);
  view.absorb(decision.writes, number);
}
