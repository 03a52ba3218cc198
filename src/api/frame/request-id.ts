import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Ids } from '../../platform/ids.ts';

const HEADER = 'x-request-id';
const FIT = /^[\w.:/+=@-]{1,128}$/;

/** The caller's own name for its request where it is fit for a log, else one of ours. */
export function requestIdOf(ids: Ids): (request: Pick<IncomingMessage, 'headers'>) => string {
  return ({ headers }) => {
    const given = headers[HEADER];
    return typeof given === 'string' && FIT.test(given) ? given : ids();
  };
}

/** Every answer tells the name of its request. */
export function nameRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(HEADER, request.id);
    done();
  });
}
