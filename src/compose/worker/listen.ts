import Fastify from 'fastify';
import type { Config } from '../../config/schema.ts';
import { createPrometheusMetrics } from '../../metrics/prometheus/prometheus-metrics.ts';
import type { Subsystems } from '../../platform/subsystems.ts';
import type { Worker } from '../../worker/worker.ts';
import { listenOn } from '../server/listen.ts';

interface Told {
  worker: Worker;
  pool: string;
  /** It takes orders. */
  isReady(): boolean;
  subsystems: Subsystems;
}

/** `/livez`, `/readyz` and `/metrics` of a worker, without tokens. Undefined where none is configured. */
export async function tellOfWorker(
  { worker: { listen, concurrency } }: Config,
  { worker, pool, isReady, subsystems }: Told,
): Promise<string | undefined> {
  if (listen === null) return undefined;
  const metrics = createPrometheusMetrics();
  const [labels, inPool] = [['pool'] as const, { pool }];
  metrics.gaugeOf(
    { name: 'biotope_worker_places', help: 'Steps that the worker takes at once.', labels },
    () => [{ labels: inPool, value: concurrency }],
  );
  metrics.gaugeOf(
    { name: 'biotope_worker_steps', help: 'Steps that the worker has in hand.', labels },
    () => [{ labels: inPool, value: worker.inHand().length }],
  );
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    if (isReady()) return { status: 'ok' };
    return reply.code(503).send({ status: 'not ready' });
  });
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.contentType);
    return metrics.text();
  });
  return subsystems.start(
    'listening',
    () => listenOn(app, { address: listen, setting: 'listen' }),
    () => app.close(),
  );
}
