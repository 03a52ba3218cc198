import type { Bus } from '../bus/bus.ts';
import { createLocalBus } from '../bus/local/local-bus.ts';
import type { Config } from '../config/schema.ts';
import {
  DEFAULT_ENGINE_SETTINGS,
  type EngineContext,
  type EngineSettings,
} from '../engine/context.ts';
import { createEngine } from '../engine/create-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { type Leadership, soleLeadership } from '../engine/leadership/leadership.ts';
import type { Executor, ExecutorDefinition } from '../executors/executor.ts';
import type { Address } from '../model/address.ts';
import { BiotopeError } from '../model/errors.ts';
import { isAmbiguous, resourceKey } from '../model/resource.ts';
import { type RunRecord, UNFINISHED_RUN } from '../model/run.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { ConsulClient } from '../platform/consul/client.ts';
import { createFailpoint } from '../platform/failpoint.ts';
import { systemIds, systemRandom } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Store } from '../store/store.ts';
import { noSystems, type Systems } from '../systems/systems.ts';
import { createWorker, type Worker } from '../worker/worker.ts';
import type { DataPaths } from './data-folder.ts';
import { isStoreShared } from './open-store.ts';
import { createProbe, endpointKinds } from './probe.ts';
import { type HandoverTaker, takeHandovers } from './seat/handover.ts';

/**
 * The embedded whole: bus, engine and workers of one process over one data folder. States:
 * running -> stopping (begins nothing more, steps under way end) -> stopped.
 */
export interface Whole {
  engine: Engine;
  /** What it found interrupted and goes on with. */
  resumed: RunRecord[];
  /** What steps say of themselves now, by `<run>/<address>`. */
  progress: ReadonlyMap<string, string>;
  /** Runs that were begun for other processes. */
  runsOfOthers: ReadonlySet<string>;
  /** Labels of the steps under way. */
  inHand(): string[];
  /**
   * Begins nothing more, lets steps under way finish, or ends them cleanly once `abort` is aborted,
   * and hands the runs back.
   */
  stop(abort: AbortSignal): Promise<void>;
}

export interface WholeParts {
  config: Config;
  paths: DataPaths;
  store: Store;
  secrets: Secrets;
  definitions: ReadonlyMap<string, ExecutorDefinition>;
  executors: ReadonlyMap<string, Executor>;
  log: Logger;
  /** Undefined: one in this process. */
  bus?: Bus | undefined;
  /** Default: none, everything is embedded. */
  systems?: Systems;
  /** Absent: nobody else works on the store. */
  leadership?: Leadership;
  /** Absent: nothing that is asked stands there. */
  consul?: ConsulClient | undefined;
  /** It stays: see EngineSettings. */
  isService?: boolean;
}

/** No promotion has happened to an embedded whole. */
const CLUSTER_EPOCH = 1;

/** As long as a step may take: without an abort nothing is cut short. */
const DRAIN_MS = 7 * 24 * 3_600_000;

export function createContext(parts: Omit<WholeParts, 'paths' | 'executors'>): EngineContext {
  const { config, store, secrets, definitions, log, isService = false } = parts;
  const { systems = noSystems } = parts;
  const holder = `embedded-${process.pid}-${systemIds()}`;
  const pools = Object.keys(config.pools);
  return {
    store,
    secrets,
    definitions,
    log,
    bus: parts.bus ?? createLocalBus({ clock: systemClock }),
    systems,
    probe: createProbe(parts.consul),
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    settings: { ...engineSettings(config, sharesOrders(parts)), isService },
    limits: config.limits,
    failpoint: createFailpoint(process.env.BIOTOPE_FAILPOINT, () =>
      process.kill(process.pid, 'SIGKILL'),
    ),
    holder,
    leadership: parts.leadership ?? soleLeadership(store),
    // Orders that go by a broker are for whoever takes them first.
    residents: new Map(sharesOrders(parts) ? [] : pools.map((pool) => [pool, `${holder}-${pool}`])),
    clusterEpoch: CLUSTER_EPOCH,
  };
}

function sharesOrders({ bus, isService = false }: Pick<WholeParts, 'bus' | 'isService'>): boolean {
  return bus !== undefined && isService;
}

function engineSettings(config: Config, isShared: boolean): EngineSettings {
  const { engine, validation, health, reconcile, pools, approval, expiry, access, amqp } = config;
  return {
    ...DEFAULT_ENGINE_SETTINGS,
    ...engine,
    ...validation,
    healthIntervalMs: health.intervalMs,
    healthFailuresMax: health.failuresMax,
    auditKeepMs: access.auditKeepMs,
    auditEntriesMax: access.auditEntriesMax,
    approvalWaitMaxMs: approval.waitMaxMs,
    reconcileJitterMs: reconcile.jitterMs,
    expiry: { ...DEFAULT_ENGINE_SETTINGS.expiry, ...expiry },
    endpointKinds: endpointKinds(config.consul.url),
    pools: new Map(
      Object.entries(pools).map(([name, { concurrency, callConcurrency }]) => {
        const ordersMin = isShared ? amqp.dispatchMax : 0;
        const programs = Math.max(concurrency, ordersMin);
        return [name, { programs, calls: Math.max(callConcurrency, ordersMin) }];
      }),
    ),
    // Whoever holds the driver's lock of the only data folder is alone: the others' leases need not be
    // waited out. Workers in processes of their own live on: their claims say so.
    otherHoldersAreDead: !isStoreShared(config),
  };
}

export async function startWhole(parts: WholeParts): Promise<Whole> {
  const context = createContext(parts);
  const engine = createEngine(context);
  const isShared = sharesOrders(parts);
  const workers = poolsServedHere(parts).map(([pool, places]) =>
    createWorker({
      ...context,
      name: `${context.holder}-${pool}`,
      pool,
      // An order does not tell whether it starts a program: then all of them may.
      concurrency: places.concurrency + (isShared ? 0 : places.callConcurrency),
      desk: engine.desk,
      executors: parts.executors,
      dataFolder: parts.paths.folder,
      mayGoOn: (runId) => mayGoOn(parts.store, runId),
    }),
  );
  const progress = followProgress(workers, context.store);
  for (const worker of workers) await worker.start();
  const resumed = await engine.start();
  const handovers = takeHandovers({ ...context, engine });
  return {
    engine,
    resumed,
    progress,
    runsOfOthers: handovers.runIds,
    inHand: () => workers.flatMap((worker) => worker.inHand().map(({ label }) => label)),
    stop: (abort) => stopAll({ context, engine, workers, handovers }, abort),
  };
}

/** Who leaves steps to workers of other processes needs a broker for their orders. */
function poolsServedHere({ config, isService = false, ...parts }: WholeParts) {
  if (config.server.takesOrders || !isService) return Object.entries(config.pools);
  if (parts.bus !== undefined) return [];
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message:
      'The server takes no orders (server.takesOrders), and without a broker nobody else can (amqp.url).',
    remedy: 'Name a broker, or let the server work itself.',
  });
}

/**
 * Of a run under way all steps, of another one those of which nobody knows how they ended: their
 * files may tell, until a person or a later run has decided.
 */
async function mayGoOn(store: Store, runId: string): Promise<boolean | Address[]> {
  const run = await store.get('runs', runId);
  if (run === undefined) return false;
  if (UNFINISHED_RUN.some((status) => status === run.value.status)) return true;
  const unknown = await store.find('steps', { where: { runId, status: ['unknown'] } });
  const addresses: Address[] = [];
  for (const { value } of unknown) {
    const { environment, address } = value;
    const resource = await store.get('resources', resourceKey(environment, address));
    if (resource?.value.runId === runId && isAmbiguous(resource.value)) {
      addresses.push(address);
    }
  }
  return addresses.length > 0 && addresses;
}

interface Running {
  context: { bus: { close(): Promise<void> }; clock: Clock };
  engine: Engine;
  workers: readonly Worker[];
  handovers: HandoverTaker;
}

/**
 * Workers before the engine, which records their reports. Handed-over commands are taken until the
 * last step has ended: a cancellation must reach a step that may go on for hours, and a new run is
 * accepted and stays queued.
 */
async function stopAll({ context, engine, workers, handovers }: Running, abort: AbortSignal) {
  engine.drain();
  const abortSteps = () => {
    for (const worker of workers) void worker.stop({ graceMs: 0 });
  };
  abort.addEventListener('abort', abortSteps, { once: true });
  const graceMs = abort.aborted ? 0 : DRAIN_MS;
  await Promise.all(workers.map((worker) => worker.stop({ graceMs })));
  abort.removeEventListener('abort', abortSteps);
  await handovers.stop();
  await engine.stop();
  await context.bus.close();
}

function followProgress(workers: readonly Worker[], store: Store): ReadonlyMap<string, string> {
  const progress = new Map<string, string>();
  for (const worker of workers) {
    worker.onProgress(({ runId, address, message }) =>
      progress.set(`${runId}/${address}`, message),
    );
  }
  store.watch(({ writes }) => {
    for (const write of writes) {
      if (write.kind !== 'put' || write.collection !== 'steps') continue;
      if (write.value.status !== 'running') progress.delete(write.key);
    }
  });
  return progress;
}
