import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Command } from '../../bus/messages/commands.ts';
import type { Principal } from '../../model/access.ts';
import { isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { challenge } from './bearer.ts';
import { demandCommand, demandRole } from './demand.ts';
import { createIdentify } from './identify.ts';
import { limitedStore } from './limited-store.ts';
import type { Access } from './rules.ts';
import type { AccessSettings } from './settings.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; on open routes nobody, who may do nothing. */
    principal: Principal;
    /** The store as the one who asks may see it. Routes read through nothing else. */
    store: Store;
    /** Rejects where the one who asks may not send the command, or ask what it would do. */
    demand(command: Command): Promise<void>;
  }
}

export interface GateContext {
  access: AccessSettings;
  store: Store;
  clock: Clock;
}

const NOBODY: Principal = { name: 'nobody', role: 'viewer', tags: [] };

/**
 * Before a body is read: who asks, whether they may use the route at all, and what they may see. Where
 * nothing is at an address, who is unknown is not told so.
 */
export function guardRoutes(app: FastifyInstance, context: GateContext): void {
  const { store } = context;
  const identify = createIdentify(context);
  const nothing = limitedStore(store, []);
  app.decorateRequest('principal');
  app.decorateRequest('store');
  app.decorateRequest('demand', function demand(this: FastifyRequest, command: Command) {
    return demandCommand(store, this.principal, command);
  });

  function admit(request: FastifyRequest, principal: Principal, needed: Exclude<Access, 'open'>) {
    request.principal = principal;
    request.store = principal.tags === null ? store : limitedStore(store, principal.tags);
    demandRole(principal, needed);
  }

  app.addHook('onRequest', (request, reply, done) => {
    const needed: Access = request.routeOptions.config.access ?? 'viewer';
    request.principal = NOBODY;
    request.store = nothing;
    if (needed === 'open') return done();
    const refuse = (error: unknown) => {
      tellChallenge(request, reply, error);
      done(error as Error);
    };
    try {
      const found = identify(request);
      if (!(found instanceof Promise)) {
        admit(request, found, needed);
        return done();
      }
      found.then((principal) => admit(request, principal, needed)).then(() => done(), refuse);
    } catch (error) {
      refuse(error);
    }
  });
}

function tellChallenge({ headers }: FastifyRequest, reply: FastifyReply, error: unknown): void {
  if (!isBiotopeError(error, 'UNAUTHENTICATED')) return;
  challenge(reply, { hasToken: headers.authorization !== undefined });
}
