import type { ConsumeMessage } from 'amqplib';
import type { Order } from '../../model/order.ts';
import type { Bus } from '../bus.ts';
import { createOrderTaker } from './order-taker.ts';
import type { Parts } from './parts.ts';
import { declareDead, declarePool } from './topology.ts';
import { notUnderstood, orderId, readOrder, writeOrder } from './wire.ts';

/** Orders wait in a queue of their pool, which its first order or its first worker makes. */
export function orderWay(parts: Parts): Pick<Bus, 'sendOrder' | 'takeOrders' | 'ordersWaiting'> {
  const { names, publisher, deadLetters, base, follow } = parts;

  const read = async (message: ConsumeMessage, pool: string): Promise<Order | undefined> => {
    const found = readOrder(message);
    if ('value' in found) return found.value;
    const why = { queue: names.ordersOf(pool), reason: notUnderstood(found) };
    await deadLetters.bury(message, why);
    return undefined;
  };

  return {
    sendOrder: (order) => {
      const { pool, traceparent } = order;
      const message = {
        exchange: names.orders,
        routingKey: pool,
        body: writeOrder(order),
        messageId: orderId(order),
        headers: traceparent === undefined ? {} : { traceparent },
        isMandatory: true,
      };
      return publisher.publish(message, (channel) => declarePool(channel, names, pool));
    },
    takeOrders: (pool, concurrency, handle) =>
      follow(
        createOrderTaker({
          ...base,
          name: `orders of pool ${pool}`,
          concurrency,
          handle,
          read: (message) => read(message, pool),
          declare: async (channel) => {
            await declareDead(channel, names);
            await declarePool(channel, names, pool);
            return names.ordersOf(pool);
          },
        }),
      ),
    ordersWaiting: (pool) => publisher.ask((channel) => declarePool(channel, names, pool)),
  };
}
