import type { Bus, CommandDelivery } from '../bus.ts';
import { createConsumer } from './consumer.ts';
import { textOf } from './dead-letters.ts';
import type { Delivery } from './delivery.ts';
import type { Parts } from './parts.ts';
import { settle } from './settling.ts';
import { declareCommands, declareDead } from './topology.ts';

/** Whatever key they are published with, commands come to one queue. */
const ROUTING_KEY = 'command';

export function commandWay(parts: Parts): Pick<Bus, 'sendCommand' | 'takeCommands'> {
  const { names, publisher, deadLetters, base, prefetch, follow } = parts;
  const settling = { ...base, deadLetters, queue: names.commands };
  return {
    sendCommand: ({ body, messageId, traceparent }) =>
      publisher.publish({
        exchange: names.commands,
        routingKey: ROUTING_KEY,
        body: Buffer.from(body),
        messageId: messageId ?? undefined,
        headers: traceparent === undefined ? {} : { traceparent },
        isMandatory: true,
      }),
    takeCommands: (handle) =>
      follow(
        createConsumer({
          ...base,
          name: 'commands',
          prefetch,
          declare: async (channel) => {
            await declareDead(channel, names);
            await declareCommands(channel, names);
            return names.commands;
          },
          handle: (delivery) => settle(settling, delivery, () => handle(commandOf(delivery))),
        }),
      ),
  };
}

function commandOf({ message }: Delivery): CommandDelivery {
  const { content, properties } = message;
  const traceparent = textOf(properties.headers?.traceparent);
  return {
    body: content,
    messageId: textOf(properties.messageId) ?? null,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
