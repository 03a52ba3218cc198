import type { Message } from 'amqplib';
import type { Clock } from '../../platform/clock.ts';
import type { Publisher } from './publisher.ts';
import type { Names } from './topology.ts';

/** How dead letters that are written here say where they come from. */
export const DEAD = {
  reason: 'x-biotope-reason',
  queue: 'x-biotope-queue',
  time: 'x-biotope-dead-at',
} as const;

/** Writes what nobody understands behind the others that are dead. */
export interface DeadLetters {
  /** Resolves once it is kept there: then it may be acknowledged. */
  bury(message: Message, why: { queue: string; reason: string }): Promise<void>;
}

const REASON_CHARACTERS_MAX = 500;
const TEXT_MAX = 200;

export function createDeadLetters({
  publisher,
  names,
  clock,
}: {
  publisher: Publisher;
  names: Names;
  clock: Clock;
}): DeadLetters {
  return {
    bury({ content, properties, fields }, { queue, reason }) {
      const { messageId, contentType, headers } = properties;
      const traceparent = textOf(headers?.traceparent);
      return publisher.publish({
        exchange: names.dead,
        routingKey: fields.routingKey,
        body: content,
        messageId: textOf(messageId),
        contentType: textOf(contentType) ?? 'application/octet-stream',
        isMandatory: true,
        headers: {
          [DEAD.reason]: reason.slice(0, REASON_CHARACTERS_MAX),
          [DEAD.queue]: queue,
          [DEAD.time]: new Date(clock.nowMs()).toISOString(),
          ...(traceparent === undefined ? {} : { traceparent }),
        },
      });
    },
  };
}

/** What others write may be anything. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, TEXT_MAX) : undefined;
}
