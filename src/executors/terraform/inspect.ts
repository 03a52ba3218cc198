import type { Difference } from '../../model/drift.ts';
import type { Inspected } from '../executor.ts';
import { demandNoneInFlight } from './in-flight.ts';
import { layOut } from './layout.ts';
import { planDifferences } from './plan.ts';
import { recoverState } from './recover.ts';
import { leftBehind, type Session } from './session.ts';
import { isEmptyState, outputsOf } from './state.ts';

/** Asks Terraform what it would change to make the resource what its spec says. */
export async function inspect(session: Session): Promise<Inspected> {
  const state = await recoverState(session);
  demandNoneInFlight(session, state);
  if (isEmptyState(state)) {
    const left = leftBehind(session.record, state);
    return { ...left, outputs: {}, finding: 'absent', differences: [] };
  }
  const ready = await layOut(session, 'desired');
  const differences = await planDifferences(session, ready);
  const left = leftBehind(ready.record, state);
  const outputs = outputsOf(state, ready.record.outputs);
  if (differences === null) return { ...left, outputs, finding: 'present', differences: [] };
  const listed = differences.length === 0 ? [ONLY_OUTPUTS] : differences;
  return { ...left, outputs, finding: 'partial', differences: listed };
}

const ONLY_OUTPUTS: Difference = {
  subject: 'outputs',
  kind: 'changed',
  detail: 'outputs have other values',
};
