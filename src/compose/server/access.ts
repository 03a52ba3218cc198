import type { AccessSettings } from '../../api/access/settings.ts';
import type { Config } from '../../config/schema.ts';
import { BiotopeError } from '../../model/errors.ts';
import { isLoopbackHost } from '../../model/loopback.ts';

/**
 * How callers are made out. Throws CONFIGURATION_INVALID where others could reach the server and
 * nobody was asked for anything.
 */
export function accessOf({ access: { tokens }, server: { listen } }: Config): AccessSettings {
  if (tokens.length > 0) return { mode: 'tokens', tokens };
  if (isLoopbackHost(listen.slice(0, listen.lastIndexOf(':')))) return { mode: 'open' };
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message:
      `The server would listen on ${listen}, where others can reach it, and nobody needs a token ` +
      '(server.listen, access.tokens).',
    remedy:
      'Make a token with "biotope token new" and name its hash in the configuration, or listen on 127.0.0.1.',
    facts: { listen },
  });
}
