import type { AccessSettings } from '../../api/access/settings.ts';
import { createApi } from '../../api/create-api.ts';
import type { ApiContext } from '../../api/frame/context.ts';
import type { Config } from '../../config/schema.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { createPrometheusMetrics } from '../../metrics/prometheus/prometheus-metrics.ts';
import { BiotopeError } from '../../model/errors.ts';
import { measuredStore } from '../../observing/store-metrics.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemIds } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Tracer } from '../../tracing/tracer.ts';
import { dataPaths } from '../data-folder.ts';
import { publishShipped } from '../publishing/publish-shipped.ts';
import { missingNames } from '../publishing/shipped.ts';
import { findDriver } from '../seat/driver-lock.ts';
import type { Notify } from '../seat/notice.ts';
import { type Foundation, type Seat, takeSeat } from '../seat/seat.ts';
import { accessOf } from './access.ts';
import { listenOn } from './listen.ts';
import { measureSystems, measureWorkers, observeStore, serveMetrics } from './observing.ts';
import { createPlans } from './plans.ts';
import { register } from './registration.ts';
import { beginTracing, openTracer } from './tracing.ts';
import { startWebhooks } from './webhooks.ts';
import { createWorkshop } from './workshop.ts';

/**
 * The long-running service over one data folder. States:
 *
 *   starting (the API answers, and is not ready) -> running -> draining (takes no commands; steps
 *   end or are asked to) -> stopped
 */
export interface Server {
  /** Where the API answers: `http://127.0.0.1:8420`. */
  url: string;
  /** Where metrics are told: `http://127.0.0.1:8421`; undefined: nowhere. */
  metricsUrl: string | undefined;
  /**
   * Takes no more commands. Steps under way may end by themselves for the configured grace, or until
   * `abort` is aborted; then they are asked to stop, and their runs are handed back.
   */
  stop(abort: AbortSignal): Promise<void>;
}

export interface ServerRequest {
  config: Config;
  version: string;
  /** As people started it. */
  command: string;
  log: Logger;
  notify: Notify;
}

interface Place {
  seat?: Seat;
  foundation?: Foundation;
  url: string;
  metricsUrl: string | undefined;
  isDraining: boolean;
}

/** With what it calls itself. */
type Started = ServerRequest & { instance: string };

/** Rejects with DATA_FOLDER_TAKEN where another process has the data folder. */
export async function startServer(asked: ServerRequest): Promise<Server> {
  const request: Started = { ...asked, instance: systemIds() };
  const { config, log } = request;
  const access = accessOf(config);
  const paths = dataPaths(config.dataFolder);
  const place: Place = { url: '', metricsUrl: undefined, isDraining: false };
  const metrics = createPrometheusMetrics();
  measureWorkers(metrics, config, () => place.seat?.whole);
  const seat = await takeSeat({
    ...request,
    paths,
    isService: true,
    closeReader: async () => {},
    watched: (store) => measuredStore(store, metrics),
    beforeWork: async (foundation) => {
      place.foundation = foundation;
      const { store, subsystems } = foundation;
      await subsystems.start(
        'observing',
        () => observeStore(store, { metrics, log }),
        (end) => end(),
      );
      const tracer = await openTracer(config, request.version);
      if (tracer !== undefined) {
        await subsystems.start(
          'traces',
          () => beginTracing(tracer, { store, log }),
          (end) => end(),
        );
      }
      measureSystems(metrics, foundation.systems);
      place.metricsUrl = await serveMetrics(config, metrics, subsystems);
      await publishMissing(request, foundation);
      await foundation.subsystems.start(
        'webhooks',
        () => startWebhooks(config, { leadership: foundation.leadership, log }),
        (deliveries) => deliveries.stop(),
      );
      const engine = () => (place.isDraining ? undefined : place.seat?.whole.engine);
      const orderDesk = () => place.seat?.whole.engine.orderDesk;
      const told = { ...request, access, metrics, tracer, orderDesk };
      place.url = await startApi(told, foundation, engine);
      foundation.tellUrl(place.url);
    },
  });
  if (seat === undefined) throw alreadyDriven(config);
  place.seat = seat;
  await tellOthers(request, place);
  log.info({ url: place.url }, 'the server is ready');
  return {
    url: place.url,
    metricsUrl: place.metricsUrl,
    stop: async (abort) => {
      place.isDraining = true;
      log.info({ graceMs: config.server.graceMs }, 'the server ends: it takes no more commands');
      await leave(seat, config.server.graceMs, abort);
    },
  };
}

/** Last, when commands are taken, and ended first: nobody is sent to a server that ends. */
async function tellOthers({ config, version, log, instance }: Started, place: Place) {
  const { foundation, url } = place;
  const consul = foundation?.consul;
  if (foundation === undefined || consul === undefined) return;
  await foundation.subsystems.start(
    'registration',
    () => register(config, { version, instance, role: 'primary', url }, { consul, log }),
    (registration) => registration.leave(),
  );
}

async function startApi(
  {
    config,
    version,
    log,
    notify,
    access,
    metrics,
    tracer,
    orderDesk,
    instance,
  }: Started &
    Pick<ApiContext, 'orderDesk'> & {
      access: AccessSettings;
      metrics: Metrics;
      tracer: Tracer | undefined;
    },
  { store, secrets, subsystems, systems }: Foundation,
  engine: () => Seat['whole']['engine'] | undefined,
): Promise<string> {
  const app = await createApi({
    version,
    instance,
    role: 'primary',
    store,
    secrets,
    access,
    trustedProxies: config.access.trustedProxies,
    engine,
    orderDesk,
    plans: createPlans({
      config,
      log,
      secrets,
      paths: dataPaths(config.dataFolder),
    }),
    workshop: createWorkshop({ config, store, notify }),
    subsystems: subsystems.statuses,
    systems: systems.statuses,
    limits: config.limits,
    settings: config.server,
    clock: systemClock,
    ids: systemIds,
    log,
    metrics,
    tracer,
  });
  return subsystems.start(
    'api',
    () => listenOn(app, { address: config.server.listen, setting: 'listen' }),
    () => app.close(),
  );
}

/** The templates that ship are there from the beginning, but for those of which there is a version. */
async function publishMissing({ config, notify }: ServerRequest, { store }: Foundation) {
  const missing = await missingNames(store);
  if (missing.length === 0) return;
  const { limits } = config;
  const templates = await publishShipped(missing, { store, limits, clock: systemClock });
  notify({ kind: 'published', templates });
}

async function leave(seat: Seat, graceMs: number, abort: AbortSignal): Promise<void> {
  const over = new AbortController();
  const timer = systemClock.setTimer(graceMs, () => over.abort());
  try {
    await seat.leave(AbortSignal.any([over.signal, abort]));
  } finally {
    timer.cancel();
  }
}

function alreadyDriven(config: Config): BiotopeError {
  const driver = findDriver(dataPaths(config.dataFolder));
  const who =
    driver === undefined || driver === 'unknown'
      ? 'Another process'
      : `Process ${driver.pid} (biotope ${driver.command})`;
  return new BiotopeError('DATA_FOLDER_TAKEN', {
    message: `${who} drives the data folder ${config.dataFolder}.`,
    remedy: 'End it first, or name another folder with --data.',
    facts: { dataFolder: config.dataFolder },
  });
}
