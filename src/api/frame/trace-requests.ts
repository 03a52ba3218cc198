import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readTraceparent, type TraceContext, traceparentOf } from '../../model/trace.ts';
import type { ApiContext } from './context.ts';

const traced = new WeakMap<FastifyRequest, TraceContext>();

/** A span for each request that asks for a change, behind the `traceparent` that it came with. */
export function traceRequests(app: FastifyInstance, { tracer, clock }: ApiContext): void {
  if (tracer === undefined) return;
  app.addHook('onRequest', (request, _reply, done) => {
    const { access } = request.routeOptions.config;
    if (request.method === 'POST' && access !== 'order') traced.set(request, beginning(request));
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const context = traced.get(request);
    if (context === undefined) return done();
    const endMs = clock.nowMs();
    const route = request.routeOptions.url ?? 'none';
    const { statusCode } = reply;
    tracer.tell({
      name: `${request.method} ${route}`,
      kind: 'server',
      context,
      parentSpanId: readTraceparent(request.headers.traceparent)?.spanId,
      startMs: endMs - reply.elapsedTime,
      endMs,
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'http.response.status_code': statusCode,
      },
      failure: statusCode >= 500 ? String(statusCode) : undefined,
    });
    done();
  });
}

function beginning({ headers }: FastifyRequest): TraceContext {
  const above = readTraceparent(headers.traceparent);
  return {
    traceId: above?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
  };
}

/** What a command of this request is part of; where nobody traces here, what it came with. */
export function traceparentFor(request: FastifyRequest, written?: string): string | undefined {
  const own = traced.get(request);
  if (own !== undefined) return traceparentOf(own);
  const above = readTraceparent(request.headers.traceparent) ?? readTraceparent(written);
  return above === undefined ? undefined : traceparentOf(above);
}
