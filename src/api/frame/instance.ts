import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiContext } from './context.ts';
import type { EventStreams } from './event-stream.ts';
import { answerUnreadable, refuseMalformed } from './problems.ts';
import { requestIdOf } from './request-id.ts';

/** A fastify whose routes take and give what their zod schemas say. */
export type ApiInstance = ReturnType<typeof newInstance>;

/** What routes work with. */
export interface RouteContext extends ApiContext {
  streams: EventStreams;
}

/** Adds the routes of one subject. */
export type Routes = (app: ApiInstance, context: RouteContext) => void;

/** Time for a client to send a whole request: a slow one holds a connection no longer. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The longest that a name in a path may be: an address of a resource, percent-encoded. */
const PARAMETER_CHARACTERS_MAX = 2_000;

export function newInstance({ limits, ids }: ApiContext) {
  return Fastify({
    logger: false,
    bodyLimit: limits.commandBytesMax,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    genReqId: requestIdOf(ids),
    frameworkErrors: answerUnreadable,
    clientErrorHandler: refuseMalformed,
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
  }).withTypeProvider<ZodTypeProvider>();
}
