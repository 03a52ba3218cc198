import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Command } from '../../bus/messages/commands.ts';
import type { Desk } from '../../desk/desk.ts';
import type { OrderDesk } from '../../engine/desk/order-desk.ts';
import type { Principal, Role } from '../../model/access.ts';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Order } from '../../model/order.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import { bearerOf, challenge } from './bearer.ts';
import { demandCommand, demandRole } from './demand.ts';
import { createIdentify } from './identify.ts';
import { limitedStore } from './limited-store.ts';
import { createLimiter } from './rate-limit.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Access } from './rules.ts';
import type { AccessSettings } from './settings.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; on open routes nobody, who may do nothing. */
    principal: Principal;
    /** The store as the one who asks may see it. Routes read through nothing else. */
    store: Store;
    /** On routes for workers: what they may do something about. Null on all others. */
    atDesk: AtDesk | null;
    /** Rejects where the one who asks may not send the command, or ask what it would do. */
    demand(command: Command): Promise<void>;
    /** Writes to the audit log what was changed without a command. */
    audit(change: { action: string; subject: string }): Promise<void>;
  }
}

export interface GateContext {
  access: AccessSettings;
  store: Store;
  clock: Clock;
  orderDesk(): OrderDesk | undefined;
  refusals: RefusalLog;
}

/** A worker with an order that it was given. */
export interface AtDesk {
  order: Order;
  desk: Desk;
}

const WORKER: Principal = { name: 'worker', role: 'viewer', tags: [] };

const NOBODY: Principal = { name: 'nobody', role: 'viewer', tags: [] };

/**
 * Before a body is read: who asks, whether they ask too often, whether they may use the route at all, and
 * what they may see. Where nothing is at an address, who is unknown is not told so.
 */
export async function guardRoutes(app: FastifyInstance, context: GateContext): Promise<void> {
  const { store, refusals, access } = context;
  const identify = createIdentify(context);
  const limiter = access.mode === 'open' ? undefined : await createLimiter(app, access.limits);
  const nothing = limitedStore(store, []);

  function note(
    request: FastifyRequest,
    error: unknown,
    about: { action: string; subject: string },
  ) {
    if (!isBiotopeError(error) || error.entry.httpStatus >= 500) return;
    const { principal, ip, id: requestId } = request;
    const actor = principal === NOBODY ? `address:${ip}` : principal.name;
    refusals.note({ ...about, actor, code: error.code, requestId });
  }

  async function identified<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    who: (request: FastifyRequest) => T | Promise<T>,
  ): Promise<T> {
    try {
      return await who(request);
    } catch (error) {
      tellChallenge(request, reply, error);
      await limiter?.refuse(request, reply);
      throw error;
    }
  }

  async function enter(request: FastifyRequest, reply: FastifyReply, needed: Role): Promise<void> {
    const principal = await identified(request, reply, identify);
    request.principal = principal;
    request.store = principal.tags === null ? store : limitedStore(store, principal.tags);
    if (!isExempt(request)) await limiter?.admit(request, reply);
    demandRole(principal, needed);
  }

  /** As often as they need it: they were given the work. */
  async function enterWithOrder(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { admit, desk } = requireDesk(context);
    const order = await identified(request, reply, ({ headers }) => admit(bearerOf(headers)));
    request.principal = WORKER;
    request.atDesk = { order, desk };
  }

  function refuse(request: FastifyRequest, error: unknown): never {
    const action = `${request.method} ${request.routeOptions.url ?? 'elsewhere'}`;
    note(request, error, { action, subject: namedIn(request) });
    throw error;
  }

  app.decorateRequest('principal');
  app.decorateRequest('store');
  app.decorateRequest('atDesk', null);
  app.decorateRequest('demand', async function demand(this: FastifyRequest, command: Command) {
    try {
      await demandCommand(store, this.principal, command);
    } catch (error) {
      note(this, error, { action: command.type, subject: subjectOf(command) });
      throw error;
    }
  });
  app.decorateRequest('audit', function audit(this: FastifyRequest, change) {
    const { principal, id: requestId } = this;
    return refusals.record({ ...change, actor: principal.name, requestId });
  });
  app.addHook('onRequest', (request, reply, done) => {
    const needed: Access = request.routeOptions.config.access ?? 'viewer';
    request.principal = NOBODY;
    request.store = nothing;
    if (needed === 'open') return done();
    const entered =
      needed === 'order' ? enterWithOrder(request, reply) : enter(request, reply, needed);
    entered.catch((error) => refuse(request, error)).then(() => done(), done);
  });
}

/** Throws SERVER_NOT_READY. */
function requireDesk({ orderDesk }: GateContext): OrderDesk {
  const desk = orderDesk();
  if (desk !== undefined) return desk;
  throw new BiotopeError('SERVER_NOT_READY', {
    message: 'The server begins: workers may come in a moment.',
  });
}

/**
 * What the address is about: an environment, a run, a template; empty where it names nothing, and of who
 * is unknown: they may have written anything there, a token too.
 */
function namedIn({ params, principal }: FastifyRequest): string {
  if (principal === NOBODY) return '';
  const [first = ''] = Object.values(params ?? {});
  return typeof first === 'string' ? first.slice(0, SUBJECT_CHARACTERS_MAX) : '';
}

/** Who watches over the server asks often, and most of all when it is in trouble. */
function isExempt({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === '/api/v1/health';
}

function tellChallenge({ headers }: FastifyRequest, reply: FastifyReply, error: unknown): void {
  if (!isBiotopeError(error, 'UNAUTHENTICATED')) return;
  challenge(reply, { hasToken: headers.authorization !== undefined });
}

/** The environment or the run that it names. */
function subjectOf({ data }: Command): string {
  const { environment, name, run } = data as { [name: string]: unknown };
  const named = [environment, name, run].find((one) => typeof one === 'string');
  return String(named ?? '').slice(0, SUBJECT_CHARACTERS_MAX);
}

const SUBJECT_CHARACTERS_MAX = 300;
