import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mayActAs, type Principal, type Role } from '../../model/access.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Store } from '../../store/store.ts';
import { bearerOf, challenge, unknownToken } from './bearer.ts';
import { refuseForeignPages } from './browsers.ts';
import type { Access } from './rules.ts';
import type { AccessSettings } from './settings.ts';
import { createStaticTokens } from './static-tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; on open routes nobody, who may do nothing. */
    principal: Principal;
    /** The store as the one who asks may see it. Routes read through nothing else. */
    store: Store;
  }
}

const LOCAL: Principal = { name: 'local', role: 'admin', tags: null };
const NOBODY: Principal = { name: 'nobody', role: 'viewer', tags: [] };

type Identify = (request: FastifyRequest) => Principal;

/**
 * Before a body is read: who asks, whether they may use the route at all, and what they may see. Where
 * nothing is at an address, who is unknown is not told so.
 */
export function guardRoutes(
  app: FastifyInstance,
  { access, store }: { access: AccessSettings; store: Store },
): void {
  const identify = identifierOf(access);
  app.decorateRequest('principal');
  app.decorateRequest('store');
  app.addHook('onRequest', (request, reply, done) => {
    const needed: Access = request.routeOptions.config.access ?? 'viewer';
    request.principal = NOBODY;
    request.store = store;
    if (needed === 'open') return done();
    try {
      request.principal = identify(request);
      demandRole(request.principal, needed);
      done();
    } catch (error) {
      if (isBiotopeError(error, 'UNAUTHENTICATED')) tellChallenge(request, reply);
      done(error as Error);
    }
  });
}

/** Rejects with FORBIDDEN. */
export function demandRole({ role, name }: Principal, needed: Role): void {
  if (mayActAs(role, needed)) return;
  throw new BiotopeError('FORBIDDEN', {
    message: `This needs the role ${needed}; ${name} has the role ${role}.`,
    facts: { needed, role },
  });
}

function identifierOf(access: AccessSettings): Identify {
  if (access.mode === 'open') {
    return (request) => {
      refuseForeignPages(request);
      return LOCAL;
    };
  }
  const find = createStaticTokens(access.tokens);
  return ({ headers }) => {
    const principal = find(bearerOf(headers));
    if (principal === undefined) throw unknownToken();
    return principal;
  };
}

function tellChallenge({ headers }: FastifyRequest, reply: FastifyReply): void {
  challenge(reply, { hasToken: headers.authorization !== undefined });
}
