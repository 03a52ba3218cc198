import { releaseRun, renewLease } from '../../model/run.ts';
import { decideReturn } from '../attempt/decide-report.ts';
import type { Claimed } from '../attempt/grant.ts';
import { reportedOf } from '../attempt/reported.ts';
import type { EngineContext } from '../context.ts';
import { type Decision, mergeDecisions, noDecision } from '../decision.ts';
import { putRun } from '../transactions.ts';
import { commitDecision } from './commit.ts';
import type { RunView } from './run-view.ts';
import { isHeldBy, type Session } from './session.ts';

/**
 * Catches up with what others wrote about the run. Steps are read first: all that was written up to
 * the newest of them is there for the reads that follow. The run is read last: as long as it goes on
 * by then, nothing that was read before it is of its end.
 */
export async function catchUp({ store }: EngineContext, view: RunView): Promise<void> {
  const { id, environment: name } = view.run.value;
  const changedAfter = view.readUpTo;
  const steps = await store.find('steps', { where: { runId: id }, changedAfter });
  const [environment, resources] = await Promise.all([
    store.get('environments', name),
    store.find('resources', { where: { environment: name }, changedAfter }),
  ]);
  const run = await store.get('runs', id);
  view.refresh({
    ...(run === undefined ? {} : { run }),
    ...(environment === undefined ? {} : { environment }),
    steps,
    resources,
  });
}

/** Keeps the run while this process lives, well before its lease ends. */
export function renewal({ clock, settings, holder }: EngineContext, session: Session): Decision {
  const nowMs = clock.nowMs();
  const run = session.view.run.value;
  const leftMs = (run.lease?.expiresAtMs ?? 0) - nowMs;
  if (leftMs > (settings.runLeaseMs * 2) / 3 || !isHeldBy(session, holder)) return noDecision();
  const writes = [putRun(renewLease(run, nowMs + settings.runLeaseMs))];
  return { expect: [], writes, events: [] };
}

/**
 * Lets the run go at a clean stop, so that the next holder need not wait for the lease to end. What
 * was claimed for a worker that never came for it goes back as if it had been interrupted.
 */
export async function handBack(context: EngineContext, session: Session): Promise<void> {
  if (!isHeldBy(session, context.holder)) return;
  const { view } = session;
  const returned = [...session.claims.values()].map((claimed) => untaken(context, view, claimed));
  const { expect, writes, events } = mergeDecisions(returned);
  const released = putRun(releaseRun(view.run.value));
  await commitDecision(context, view, { expect, writes: [...writes, released], events });
}

function untaken(context: EngineContext, view: RunView, { order, step }: Claimed): Decision {
  const stored = view.step(order.address);
  if (stored.value.claim?.token !== step.claim?.token) return noDecision();
  const resource = view.resources.get(order.address);
  return decideReturn(context, reportedOf(view.run.value, stored, resource));
}
