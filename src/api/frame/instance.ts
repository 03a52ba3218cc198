import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiContext } from './context.ts';
import type { EventStreams } from './event-stream.ts';
import type { Health } from './health.ts';
import { answerUnreadable, refuseMalformed } from './problems.ts';
import { requestIdOf } from './request-id.ts';

/** A fastify whose routes take and give what their zod schemas say. */
export type ApiInstance = ReturnType<typeof newInstance>;

/**
 * What routes work with: all but the store. That comes with each request, as the one who asks may see
 * it (`request.store`), so that no route can forget to ask.
 */
export interface RouteContext extends Omit<ApiContext, 'store'> {
  streams: EventStreams;
  health: Health;
}

/** Adds the routes of one subject. */
export type Routes = (app: ApiInstance, context: RouteContext) => void;

/** Time for a client to send a whole request: a slow one holds a connection no longer. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The longest that a name in a path may be: an address of a resource, percent-encoded. */
const PARAMETER_CHARACTERS_MAX = 2_000;

export function newInstance({ limits, ids, trustedProxies }: ApiContext) {
  return Fastify({
    logger: false,
    bodyLimit: limits.commandBytesMax,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: requestIdOf(ids),
    frameworkErrors: answerUnreadable,
    clientErrorHandler: refuseMalformed,
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
  }).withTypeProvider<ZodTypeProvider>();
}
