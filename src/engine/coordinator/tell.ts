import type { Order } from '../../model/order.ts';
import type { EngineContext } from '../context.ts';
import type { Session } from './session.ts';

/** A cancellation reaches workers with their next heartbeat; the hint only makes it sooner. */
export function tellWorkers({ bus }: EngineContext, { view }: Session): void {
  const { id, cancelRequestedAtMs } = view.run.value;
  if (cancelRequestedAtMs === null || view.readiness.withStatus('running').size === 0) return;
  bus.hint({ kind: 'cancel', runId: id });
}

/** An order that is lost is sent again while its step stays dispatched. */
export function sendOrder({ bus, log }: EngineContext, order: Order): void {
  bus.sendOrder(order).catch((error: unknown) => {
    log.warn({ err: error, run: order.runId, step: order.address }, 'an order was not sent yet');
  });
}
