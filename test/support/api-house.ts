import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import type { AccessSettings } from '../../src/api/access/settings.ts';
import { createApi } from '../../src/api/create-api.ts';
import type { Bus } from '../../src/bus/bus.ts';
import { dataPaths } from '../../src/compose/data-folder.ts';
import { createPlans } from '../../src/compose/server/plans.ts';
import { createWorkshop } from '../../src/compose/server/workshop.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { Desk } from '../../src/desk/desk.ts';
import {
  DEFAULT_ENGINE_SETTINGS,
  type EngineContext,
  type EngineSettings,
} from '../../src/engine/context.ts';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { isRunFinished, type RunRecord } from '../../src/model/run.ts';
import type { ResourceTemplate } from '../../src/model/template.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { noFailpoint } from '../../src/platform/failpoint.ts';
import { createHttps } from '../../src/platform/https/https.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { createRemoteDesk } from '../../src/remote/desk/remote-desk.ts';
import { createServers } from '../../src/remote/desk/servers.ts';
import { createWorker, type Worker } from '../../src/worker/worker.ts';
import { createEngineContext } from './engine-context.ts';
import { createLedger } from './ledger-executor.ts';
import { noMetrics } from './no-metrics.ts';
import { publishDirectly, template } from './templates.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** An engine of this process whose pool nobody of its own serves, behind an API on loopback. */
export interface ApiHouse {
  url: string;
  engine: Engine;
  bus: Bus;
  context: EngineContext;
  ledger: ReturnType<typeof createLedger>;
  folder: string;
  /** Publishes the resources as `sample` and begins an environment `one`; returns the run's id. */
  begin(resources: ResourceTemplate[]): Promise<string>;
  ended(runId: string): Promise<RunRecord>;
  /** Another API over the same engine. */
  anotherApi(): Promise<{ url: string; app: FastifyInstance }>;
}

interface HouseTerms {
  settings?: Partial<EngineSettings>;
  access?: AccessSettings;
}

/** Closed when the test has ended. */
export async function openApiHouse({
  settings = {},
  access = { mode: 'open' },
}: HouseTerms = {}): Promise<ApiHouse> {
  const folder = temporaryFolder();
  const ledger = createLedger();
  const { context, close } = createEngineContext(systemClock, {
    definitions: ledger.definitions,
    ids: systemIds,
    settings: {
      ...DEFAULT_ENGINE_SETTINGS,
      tickMs: 20,
      orderResendMs: 200,
      otherHoldersAreDead: true,
      ...settings,
    },
  });
  const engine = createEngine(context);
  await engine.start();
  const anotherApi = async () => {
    const app = await createApi({ ...apiContext(context, engine, folder), access });
    onTestFinished(() => app.close());
    return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
  };
  onTestFinished(async () => {
    engine.drain();
    await engine.stop();
    await close();
  });
  const { url } = await anotherApi();
  return {
    url,
    engine,
    bus: context.bus,
    context,
    ledger,
    folder,
    begin: async (resources) => {
      await publishDirectly(context.store, template('1.0.0', resources));
      const command = {
        type: 'environment.create' as const,
        data: { name: 'one', template: 'sample' },
      };
      const result = await engine.submit(command, { source: 'test', id: systemIds() });
      if (result.outcome === 'rejected') throw new Error(result.message);
      return result.runId ?? '';
    },
    ended: async (runId) => {
      for (;;) {
        const run = await context.store.get('runs', runId);
        if (run !== undefined && isRunFinished(run.value)) return run.value;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    anotherApi,
  };
}

function apiContext(context: EngineContext, engine: Engine, folder: string) {
  const config = configSchema.parse({ dataFolder: folder });
  const { store, secrets, limits, ids, log } = context;
  return {
    version: '0.0.0',
    instance: 'tested',
    role: 'primary' as const,
    store,
    secrets,
    engine: () => engine,
    orderDesk: () => engine.orderDesk,
    plans: createPlans({ config, paths: dataPaths(folder), secrets, log }),
    subsystems: () => [],
    systems: () => [],
    workshop: createWorkshop({ config, store, notify: () => {} }),
    limits,
    settings: { followersMax: 10 },
    clock: systemClock,
    ids,
    log,
    metrics: noMetrics,
    trustedProxies: [],
  };
}

/** The desk as a worker of another process has it. */
export function deskAt(...urls: string[]): Desk {
  const https = createHttps({ host: {}, clock: systemClock, keepAlive: true });
  onTestFinished(() => https.close());
  const { signal } = new AbortController();
  const servers = createServers({ urls, https, signal, log: silentLogger });
  return createRemoteDesk({ servers, ids: systemIds });
}

/** A worker that takes the orders of the house's bus, and reaches the house over its API alone. */
export async function startWorkerAt(
  { bus, ledger, context }: ApiHouse,
  { desk, name = 'worker-1' }: { desk: Desk; name?: string },
): Promise<Worker> {
  const worker = createWorker({
    name,
    pool: 'default',
    concurrency: 4,
    bus,
    desk,
    executors: ledger.executors,
    secrets: context.secrets,
    clock: systemClock,
    log: silentLogger,
    dataFolder: join(temporaryFolder(), name),
    failpoint: noFailpoint,
    limits: DEFAULT_LIMITS,
  });
  await worker.start();
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  return worker;
}
