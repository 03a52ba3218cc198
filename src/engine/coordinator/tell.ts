import type { Order } from '../../model/order.ts';
import type { RunRecord } from '../../model/run.ts';
import { traceOfRun, traceOfStep, traceparentOf } from '../../model/trace.ts';
import { hexDigest } from '../../platform/digest.ts';
import type { EngineContext } from '../context.ts';
import type { OrderTokens } from '../desk/order-tokens.ts';
import type { Session } from './session.ts';

/** A cancellation reaches workers with their next heartbeat; the hint only makes it sooner. */
export function tellWorkers({ bus }: EngineContext, { view }: Session): void {
  const { id, cancelRequestedAtMs } = view.run.value;
  if (cancelRequestedAtMs === null || view.readiness.withStatus('running').size === 0) return;
  bus.hint({ kind: 'cancel', runId: id });
}

/** An order that is lost is sent again while its step stays dispatched. */
export type SendOrder = (order: Order, session: Pick<Session, 'view'>) => void;

export function createSendOrder(context: EngineContext, tokens: OrderTokens): SendOrder {
  const { bus, log, residents } = context;
  const tellFailure =
    ({ runId, address }: Order) =>
    (error: unknown) => {
      log.warn({ err: error, run: runId, step: address }, 'an order was not sent yet');
    };
  return (order, { view }) => {
    const sent = residents.has(order.pool)
      ? bus.sendOrder(order)
      : addressed(tokens, order, view.run.value).then((whole) => bus.sendOrder(whole));
    sent.catch(tellFailure(order));
  };
}

/** With all that a worker of another process needs to come to the desk. */
async function addressed(tokens: OrderTokens, order: Order, run: RunRecord): Promise<Order> {
  const traceparent = traceparentOf(traceOfStep(traceOfRun(run, hexDigest), order, hexDigest));
  return { ...order, token: await tokens.sign(order), traceparent };
}
