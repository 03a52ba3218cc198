import type { Order } from '../../model/order.ts';
import { releaseRun, renewLease } from '../../model/run.ts';
import type { EngineContext } from '../context.ts';
import { putRun } from '../transactions.ts';
import { commitDecision } from './commit.ts';
import { orderOf } from './dispatch.ts';
import type { RunView } from './run-view.ts';
import { isHeldBy, type Session } from './session.ts';

/**
 * Catches up with what others wrote about the run. Steps are read first: all that was written up to
 * the newest of them is there for the reads that follow.
 */
export async function catchUp({ store }: EngineContext, view: RunView): Promise<void> {
  const { id, environment: name } = view.run.value;
  const changedAfter = view.readUpTo;
  const steps = await store.find('steps', { where: { runId: id }, changedAfter });
  const [run, environment, resources] = await Promise.all([
    store.get('runs', id),
    store.get('environments', name),
    store.find('resources', { where: { environment: name }, changedAfter }),
  ]);
  view.refresh({
    ...(run === undefined ? {} : { run }),
    ...(environment === undefined ? {} : { environment }),
    steps,
    resources,
  });
}

/** Keeps the run while this process lives, well before its lease ends. */
export async function keepLease(context: EngineContext, session: Session): Promise<void> {
  const { clock, settings, holder } = context;
  const nowMs = clock.nowMs();
  const run = session.view.run.value;
  const leftMs = (run.lease?.expiresAtMs ?? 0) - nowMs;
  if (leftMs > (settings.runLeaseMs * 2) / 3 || !isHeldBy(session, holder)) return;
  const writes = [putRun(renewLease(run, nowMs + settings.runLeaseMs))];
  await commitDecision(context, session.view, { expect: [], writes, events: [] });
}

/** Orders that nobody took for a while, each at most once in that while. */
export function ordersToResend({ clock, settings }: EngineContext, session: Session): Order[] {
  const nowMs = clock.nowMs();
  const orders: Order[] = [];
  const waiting = session.readiness.withStatus('dispatched');
  for (const address of session.resentAtMs.keys()) {
    if (!waiting.has(address)) session.resentAtMs.delete(address);
  }
  for (const address of waiting) {
    const step = session.view.step(address).value;
    const sentAtMs = Math.max(step.dispatchedAtMs ?? 0, session.resentAtMs.get(address) ?? 0);
    if (nowMs - sentAtMs <= settings.orderResendMs) continue;
    session.resentAtMs.set(address, nowMs);
    orders.push(orderOf(step));
  }
  return orders;
}

/** Lets the run go at a clean stop, so that the next holder need not wait for the lease to end. */
export async function handBack(context: EngineContext, session: Session): Promise<void> {
  if (!isHeldBy(session, context.holder)) return;
  const writes = [putRun(releaseRun(session.view.run.value))];
  await commitDecision(context, session.view, { expect: [], writes, events: [] });
}
