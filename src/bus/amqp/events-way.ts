import type { Bus } from '../bus.ts';
import { cloudEventOf } from '../messages/cloud-event.ts';
import { createConsumer } from './consumer.ts';
import type { Parts } from './parts.ts';
import { declareOwn } from './topology.ts';
import { fromBytes, readEvent, toBytes } from './wire.ts';

/** Events are for whoever has bound a queue by then; their routing key is their type. */
export function eventWay({
  names,
  publisher,
  base,
  prefetch,
  follow,
}: Parts): Pick<Bus, 'publishEvent' | 'takeEvents'> {
  return {
    publishEvent: (event) =>
      publisher.publish({
        exchange: names.events,
        routingKey: event.type,
        body: toBytes(cloudEventOf(event)),
        messageId: event.id,
      }),
    takeEvents: (handle) =>
      follow(
        createConsumer({
          ...base,
          name: 'events',
          prefetch,
          isUnacknowledged: true,
          declare: (channel) => declareOwn(channel, names.events, 'topic'),
          handle: async ({ message }) => {
            const event = readEvent(fromBytes(message));
            if (event !== undefined) handle(event);
          },
        }),
      ),
  };
}
