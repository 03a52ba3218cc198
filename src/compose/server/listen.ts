import type { FastifyInstance } from 'fastify';
import { BiotopeError } from '../../model/errors.ts';
import { codeOf, messageOf } from '../../model/thrown.ts';

/**
 * Listens on `HOST:PORT` and tells where that is now, as `http://HOST:PORT`. Rejects with
 * ADDRESS_IN_USE, or CONFIGURATION_INVALID where this machine has no such address.
 */
export async function listenOn(
  app: FastifyInstance,
  { address, setting }: { address: string; setting: string },
): Promise<string> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  try {
    return await app.listen({ host, port: Number(address.slice(at + 1)) });
  } catch (cause) {
    if (codeOf(cause) === 'EADDRINUSE') {
      throw new BiotopeError('ADDRESS_IN_USE', {
        message: `Another program listens on ${address} (--${setting}).`,
        remedy: `End it, or choose another address with --${setting}; port 0 takes a free one.`,
        cause,
      });
    }
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message: `Nothing can listen on ${address} (--${setting}): ${messageOf(cause)}.`,
      cause,
    });
  }
}
