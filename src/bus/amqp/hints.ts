import type { Hint } from '../bus.ts';
import { type Consumer, type ConsumerTerms, createConsumer } from './consumer.ts';
import type { Publisher } from './publisher.ts';
import { declareOwn } from './topology.ts';
import { fromBytes, readHint, writeHint } from './wire.ts';

interface Hints {
  tell(hint: Hint): void;
  listen(handle: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}

/** One queue of this process for all who listen in it, from the first of them on. */
export function createHints({
  terms,
  publisher,
  exchange,
}: {
  terms: Pick<ConsumerTerms, 'link' | 'clock' | 'random' | 'log'>;
  publisher: Publisher;
  exchange: string;
}): Hints {
  const listeners = new Set<{ handle: (hint: Hint) => void }>();
  let consumer: Consumer | null = null;

  const begin = (): Consumer =>
    createConsumer({
      ...terms,
      name: 'hints',
      prefetch: 0,
      isUnacknowledged: true,
      declare: (channel) => declareOwn(channel, exchange, 'fanout'),
      handle: async ({ message }) => {
        const hint = readHint(fromBytes(message));
        if (hint !== undefined) for (const { handle } of [...listeners]) handle(hint);
      },
    });

  return {
    tell: (hint) => publisher.send({ exchange, routingKey: '', body: writeHint(hint) }),
    listen(handle) {
      consumer ??= begin();
      const listener = { handle };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => consumer?.stop(),
  };
}
