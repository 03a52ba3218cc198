import type { Channel, ConsumeMessage } from 'amqplib';

/** A message in hand. Settling it does nothing where its channel is gone: then it comes again. */
export interface Delivery {
  message: ConsumeMessage;
  /** How often it was delivered before, as far as the broker says. */
  deliveredBefore: number;
  acknowledge(): void;
  /** Counts as a delivery: in the end it is dead. */
  putBack(): void;
  /** Aborted when its channel is lost, or no more are taken. */
  signal: AbortSignal;
}

interface Ends {
  gone: AbortSignal;
  signal: AbortSignal;
}

export function deliveryOf(
  channel: Channel,
  message: ConsumeMessage,
  { gone, signal }: Ends,
): Delivery {
  let isSettled = false;
  /** On a closed channel these throw at once; between the two it may close. */
  const settle = (how: () => void) => {
    if (isSettled || gone.aborted) return;
    isSettled = true;
    try {
      how();
    } catch {
      // It comes again.
    }
  };
  const count = Number(message.properties.headers?.['x-delivery-count'] ?? 0);
  return {
    message,
    deliveredBefore: Number.isFinite(count) ? count : 0,
    acknowledge: () => settle(() => channel.ack(message)),
    putBack: () => settle(() => channel.reject(message, true)),
    signal,
  };
}
