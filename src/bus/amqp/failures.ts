import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import { messageOf } from '../../model/thrown.ts';

/** The name of RabbitMQ among the systems behind a server. */
const AMQP = 'amqp';

/** RabbitMQ cannot be had now; it counts against it. */
export function away(message: string, cause?: unknown): BiotopeError {
  return new BiotopeError('BUS_UNAVAILABLE', { message, facts: { system: AMQP }, cause });
}

export function closed(): BiotopeError {
  return new BiotopeError('BUS_UNAVAILABLE', { message: 'The bus takes no more: it is closed.' });
}

/** The bus has one word for it, whoever found that RabbitMQ is away. */
export function asBusFailure(error: unknown): BiotopeError {
  if (isBiotopeError(error, 'BUS_UNAVAILABLE')) return error;
  if (isBiotopeError(error)) return away(error.message, error);
  return away(`RabbitMQ did not take it: ${messageOf(error)}`, error);
}
