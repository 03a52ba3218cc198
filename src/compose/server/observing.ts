import Fastify, { type FastifyInstance } from 'fastify';
import type { Config } from '../../config/schema.ts';
import type { PrometheusMetrics } from '../../metrics/prometheus/prometheus-metrics.ts';
import { UNFINISHED_RUN } from '../../model/run.ts';
import { logDecisions } from '../../observing/decision-log.ts';
import { createRunMetrics } from '../../observing/run-metrics.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Store } from '../../store/store.ts';
import type { Systems } from '../../systems/systems.ts';
import type { Foundation } from '../seat/seat.ts';
import type { Whole } from '../whole.ts';
import { listenOn } from './listen.ts';

/** Tells the log and the metrics of everything that is committed. Returns what ends it. */
export async function observeStore(
  store: Store,
  { metrics, log }: { metrics: PrometheusMetrics; log: Logger },
): Promise<() => void> {
  const found = await store.find('runs', { where: { status: UNFINISHED_RUN } });
  const runs = found.map(({ value }) => value);
  const steps = await Promise.all(
    runs.map(({ id }) => store.find('steps', { where: { runId: id } })),
  );
  const { see } = createRunMetrics(metrics, {
    runs,
    steps: steps.flat().map(({ value }) => value),
  });
  const tell = logDecisions(log);
  return store.watch((transaction) => {
    see(transaction);
    tell(transaction);
  });
}

/** How much may be done at once, and how much is. */
export function measureWorkers(
  metrics: PrometheusMetrics,
  { pools }: Pick<Config, 'pools'>,
  whole: () => Whole | undefined,
): void {
  metrics.gaugeOf(
    {
      name: 'biotope_pool_places',
      help: 'Steps that a pool takes at once: those that start programs, and those that only call.',
      labels: ['pool', 'kind'],
    },
    () =>
      Object.entries(pools).flatMap(([pool, { concurrency, callConcurrency }]) => [
        { labels: { pool, kind: 'programs' }, value: concurrency },
        { labels: { pool, kind: 'calls' }, value: callConcurrency },
      ]),
  );
  metrics.gaugeOf(
    {
      name: 'biotope_worker_steps',
      help: 'Steps that workers of this process have in hand.',
      labels: [],
    },
    () => [{ labels: {}, value: whole()?.inHand().length ?? 0 }],
  );
}

const STATES = ['closed', 'half-open', 'open'] as const;

/** Each system's circuit breaker: 1 for the state that it is in, 0 for the others. */
export function measureSystems(metrics: PrometheusMetrics, systems: Systems): void {
  metrics.gaugeOf(
    {
      name: 'biotope_breaker_state',
      help: 'State of the circuit breaker of a system behind the server: 1 for the one it is in.',
      labels: ['system', 'state'],
    },
    () =>
      systems
        .statuses()
        .flatMap(({ system, breaker }) =>
          STATES.map((state) => ({ labels: { system, state }, value: Number(state === breaker) })),
        ),
  );
}

/** Where Prometheus asks: a port of its own, without tokens. Undefined where none is configured. */
export async function serveMetrics(
  { server: { metricsListen } }: Pick<Config, 'server'>,
  metrics: PrometheusMetrics,
  { start }: Foundation['subsystems'],
): Promise<string | undefined> {
  if (metricsListen === null) return undefined;
  const app = createMetricsPage(metrics);
  return start(
    'metrics',
    () => listenOn(app, { address: metricsListen, setting: 'metrics-listen' }),
    () => app.close(),
  );
}

function createMetricsPage(metrics: PrometheusMetrics): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.contentType).header('cache-control', 'no-store');
    return metrics.text();
  });
  return app;
}
