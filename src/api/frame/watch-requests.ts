import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from './context.ts';

const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Polled all the time by whoever: the answers say how the server is, their number says nothing. */
const POLLED: ReadonlySet<string> = new Set(['/livez', '/readyz', '/api/v1/health']);

/**
 * Counts and times every request, polls apart, and tells each in one line of the log: changes at info, reads at
 * debug. Told is the route, never the address with its values.
 */
export function watchRequests(app: FastifyInstance, { metrics, log }: ApiContext): void {
  const requests = metrics.counter({
    name: 'biotope_http_requests_total',
    help: 'Requests, by the pattern of their route and the class of the answer.',
    labels: ['method', 'route', 'status'],
  });
  const lasted = metrics.histogram({
    name: 'biotope_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer; streams last as long as they are read.',
    labels: ['method', 'route'],
    buckets: DURATION_BUCKETS,
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (POLLED.has(request.raw.url ?? '')) return done();
    const { route, method } = nameOf(request);
    requests.add({ method, route, status: `${Math.floor(reply.statusCode / 100)}xx` });
    lasted.observe({ method, route }, reply.elapsedTime / 1_000);
    // What workers come for is in the log as what becomes of their steps.
    const isChange = !READING.has(method) && request.routeOptions.config.access !== 'order';
    const level = isChange ? 'info' : 'debug';
    log[level](factsOf(request, reply), 'a request was answered');
    done();
  });
}

const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
]);

/** There are as many of each as there are routes and methods, whatever is asked. */
function nameOf({ routeOptions, method }: FastifyRequest): { route: string; method: string } {
  return {
    route: routeOptions.url ?? 'none',
    method: METHODS.has(method) ? method : 'other',
  };
}

function factsOf(request: FastifyRequest, reply: FastifyReply) {
  return {
    ...nameOf(request),
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime),
    request: request.id,
    by: request.principal?.name ?? 'nobody',
  };
}
