import type { AccessSettings, OidcSettings } from '../../api/access/settings.ts';
import type { AccessConfig } from '../../config/access.ts';
import type { Config } from '../../config/schema.ts';
import { BiotopeError } from '../../model/errors.ts';
import { isLoopbackHost } from '../../model/loopback.ts';

/**
 * How callers are made out. Throws CONFIGURATION_INVALID where others could reach the server and
 * nobody was asked for anything.
 */
export function accessOf({ access, server: { listen } }: Config): AccessSettings {
  const { tokens } = access;
  const oidc = oidcOf(access);
  if (tokens.length > 0 || oidc !== null) {
    return { mode: 'tokens', tokens, oidc, limits: access };
  }
  if (isLoopbackHost(listen.slice(0, listen.lastIndexOf(':')))) return { mode: 'open' };
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message:
      `The server would listen on ${listen}, where others can reach it, and nobody needs a token ` +
      '(server.listen, access.tokens, access.oidc).',
    remedy:
      'Make a token with "biotope token new" and name its hash in the configuration, or listen on 127.0.0.1.',
    facts: { listen },
  });
}

function oidcOf({ oidc }: AccessConfig): OidcSettings | null {
  const { issuer, audience, jwksUrl } = oidc;
  // The schema sees to it that all three are there, or no issuer.
  if (issuer === null || audience === null || jwksUrl === null) return null;
  return { ...oidc, issuer, audience, jwksUrl };
}
