import { type Check, ok, skipped, warning } from './check.ts';

/** From this one on dead letters are not lost on their way. */
const OLDEST = [3, 10];

/** Reachable, lets this user in, of a version whose queues lose nothing. */
export const brokerCheck: Check = {
  name: 'RabbitMQ',
  run: async ({ config }) => {
    const { url, prefix } = config.amqp;
    if (url === null) return skipped('commands and events stay in the process');
    const { inspectBroker } = await import('../../bus/amqp/inspect.ts');
    const { product, deadLetters } = await inspectBroker(
      { url, prefix },
      config.breaker.callTimeoutMs,
    );
    if (isOlder(product)) {
      return warning(`${product} answers, which is too old`, 'Bring it to 3.10 or newer.');
    }
    if (deadLetters === null)
      return ok(`${product} answers; its queues are made by the first server`);
    if (deadLetters === 0) return ok(`${product} answers, and has no dead letters`);
    return warning(
      `${product} answers, and has ${deadLetters} dead letters`,
      'Look: biotope dlq list',
    );
  },
};

function isOlder(product: string): boolean {
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(product) ?? [];
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (Number(major) !== oldestMajor) return Number(major) < oldestMajor;
  return Number(minor) < oldestMinor;
}
