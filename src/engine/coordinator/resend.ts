import { isBiotopeError } from '../../model/errors.ts';
import type { Order } from '../../model/order.ts';
import type { EngineContext } from '../context.ts';
import { orderOf } from './dispatch.ts';
import type { Session } from './session.ts';
import type { SendOrder } from './tell.ts';

/** Sends orders again that may be lost. */
export interface Resending {
  tick(sessions: Iterable<Session>): void;
}

/** So often the usual time: by then an order is sent again however many wait before it. */
const PATIENCE = 30;

/**
 * While others wait in its pool an order that nobody took is most likely one of them: sent again it
 * would stand there twice, and the length of the line would tell of work that is not there.
 */
export function createResending(context: EngineContext, sendOrder: SendOrder): Resending {
  const { bus, log } = context;
  let isLooking = false;

  async function resend(sessions: readonly Session[]): Promise<void> {
    const due = sessions.flatMap((session) => dueOf(context, session));
    for (const [pool, orders] of Map.groupBy(due, ({ order }) => order.pool)) {
      const waiting = await bus.ordersWaiting(pool);
      for (const { order, session, isOverdue } of orders) {
        if (waiting > 0 && !isOverdue) continue;
        session.resentAtMs.set(order.address, context.clock.nowMs());
        sendOrder(order, session);
      }
    }
  }

  return {
    tick(sessions) {
      if (isLooking) return;
      isLooking = true;
      resend([...sessions])
        .catch((error: unknown) => {
          if (isBiotopeError(error, 'BUS_UNAVAILABLE')) return;
          log.error({ err: error }, 'orders could not be sent again; tried again soon');
        })
        .finally(() => {
          isLooking = false;
        });
    },
  };
}

interface Due {
  session: Session;
  order: Order;
  isOverdue: boolean;
}

/** Orders that nobody took for a while. */
function dueOf({ clock, settings }: EngineContext, session: Session): Due[] {
  const nowMs = clock.nowMs();
  const due: Due[] = [];
  const waiting = session.readiness.withStatus('dispatched');
  for (const address of session.resentAtMs.keys()) {
    if (!waiting.has(address)) session.resentAtMs.delete(address);
  }
  for (const address of waiting) {
    const step = session.view.step(address).value;
    const sentAtMs = Math.max(step.dispatchedAtMs ?? 0, session.resentAtMs.get(address) ?? 0);
    const silentMs = nowMs - sentAtMs;
    if (silentMs <= settings.orderResendMs) continue;
    const isOverdue = silentMs > settings.orderResendMs * PATIENCE;
    due.push({ session, order: orderOf(step), isOverdue });
  }
  return due;
}
