import type { Difference } from '../../model/order.ts';
import type { Inspected } from '../executor.ts';
import { runPrepared } from './apply.ts';
import { failureOf } from './failures.ts';
import { demandNoneInFlight } from './in-flight.ts';
import { layOut } from './layout.ts';
import { nameOf } from './program/product.ts';
import { recoverState } from './recover.ts';
import { leftBehind, type Session } from './session.ts';
import { isEmptyState, outputsOf } from './state.ts';
import { type StreamEvent, shortAddress } from './stream.ts';

const CHANGES_WANTED = 2;

/** Asks Terraform what it would change to make the resource what its spec says. */
export async function inspect(session: Session): Promise<Inspected> {
  const state = await recoverState(session);
  demandNoneInFlight(session, state);
  if (isEmptyState(state)) {
    const left = leftBehind(session.record, state);
    return { ...left, outputs: {}, finding: 'absent', differences: [] };
  }
  const ready = await layOut(session, 'desired');
  const differences = new Map<string, Difference>();
  const finished = await runPrepared(session, ready, {
    args: ['plan', '-json', '-input=false', '-lock-timeout=30s', '-detailed-exitcode'],
    timeoutMs: session.settings.runTimeoutMs,
    onEvent: (event) => note(differences, event, nameOf(session)),
  });
  const left = leftBehind(ready.record, state);
  const outputs = outputsOf(state, ready.record.outputs);
  const { exitCode } = finished.process;
  if (exitCode === 0) return { ...left, outputs, finding: 'present', differences: [] };
  if (exitCode !== CHANGES_WANTED) {
    throw failureOf(session, finished, { what: 'plan', folders: ready.folders, left: null });
  }
  return { ...left, outputs, finding: 'partial', differences: listed(differences) };
}

const KINDS = new Map<string, Difference['kind']>([
  ['create', 'missing'],
  ['delete', 'extra'],
]);

function note(differences: Map<string, Difference>, event: StreamEvent, program: string): void {
  if (event.type !== 'change' && event.type !== 'drift') return;
  const subject = shortAddress(event.address);
  if (event.type === 'drift') {
    const gone = event.action === 'delete';
    const detail = `was ${gone ? 'removed' : 'changed'} outside of ${program}`;
    differences.set(subject, { subject, kind: gone ? 'missing' : 'changed', detail });
    return;
  }
  if (event.action === 'noop' || event.action === 'read') return;
  const kind = KINDS.get(event.action) ?? 'changed';
  const known = differences.get(subject)?.detail;
  const detail = `${known === undefined ? '' : `${known}; `}${program} would ${event.action} it`;
  differences.set(subject, { subject, kind, detail });
}

/** Terraform may want nothing but other outputs. */
function listed(differences: Map<string, Difference>): Difference[] {
  if (differences.size > 0) return [...differences.values()];
  return [{ subject: 'outputs', kind: 'changed', detail: 'outputs have other values' }];
}
