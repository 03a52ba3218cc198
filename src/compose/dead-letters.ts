import type { DeadLetterBox } from '../bus/dead-letters.ts';
import type { Config } from '../config/schema.ts';
import { BiotopeError } from '../model/errors.ts';

/** What RabbitMQ keeps of messages that nobody could take; the embedded bus keeps none. */
export async function withDeadLetters<T>(
  { amqp: { url, prefix } }: Pick<Config, 'amqp'>,
  work: (box: DeadLetterBox) => Promise<T>,
): Promise<T> {
  if (url === null) {
    throw new BiotopeError('USAGE', {
      message: 'No broker is configured, and without one there are no dead letters.',
      remedy: 'Name it as amqp.url in the configuration, or as BIOTOPE_AMQP_URL.',
    });
  }
  const { openDeadLetterBox } = await import('../bus/amqp/dead-letter-box.ts');
  const box = await openDeadLetterBox(url, prefix);
  try {
    return await work(box);
  } finally {
    await box.close();
  }
}
