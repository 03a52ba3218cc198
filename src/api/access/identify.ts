import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../model/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { bearerOf, unknownToken } from './bearer.ts';
import { refuseForeignPages } from './browsers.ts';
import { createTokenVerifier, looksLikeJwt } from './jwt.ts';
import type { AccessSettings } from './settings.ts';
import { createStaticTokens } from './static-tokens.ts';

/** Who asks. Throws or rejects with UNAUTHENTICATED, FORBIDDEN or IDENTITY_UNAVAILABLE. */
export type Identify = (
  request: Pick<FastifyRequest, 'method' | 'headers'>,
) => Principal | Promise<Principal>;

const LOCAL: Principal = { name: 'local', role: 'admin', tags: null };

export function createIdentify({
  access,
  clock,
}: {
  access: AccessSettings;
  clock: Clock;
}): Identify {
  if (access.mode === 'open') {
    return (request) => {
      refuseForeignPages(request);
      return LOCAL;
    };
  }
  const find = createStaticTokens(access.tokens);
  const verify = access.oidc === null ? undefined : createTokenVerifier(access.oidc, { clock });
  return ({ headers }) => {
    const token = bearerOf(headers);
    const principal = find(token);
    if (principal !== undefined) return principal;
    if (verify !== undefined && looksLikeJwt(token)) return verify(token);
    throw unknownToken();
  };
}
