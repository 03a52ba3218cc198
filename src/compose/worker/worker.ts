import { hostname } from 'node:os';
import type { Bus } from '../../bus/bus.ts';
import { serverAddress } from '../../config/contexts.ts';
import type { Config } from '../../config/schema.ts';
import type { Executor } from '../../executors/executor.ts';
import { BiotopeError } from '../../model/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import { createFailpoint } from '../../platform/failpoint.ts';
import { createHttps } from '../../platform/https/https.ts';
import { systemIds } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createSubsystems, type Subsystems } from '../../platform/subsystems.ts';
import { createRemoteDesk } from '../../remote/desk/remote-desk.ts';
import { createServers, type Servers } from '../../remote/desk/servers.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Vault } from '../../secrets/vault/vault.ts';
import { noSystems } from '../../systems/systems.ts';
import { createWorker, type Worker } from '../../worker/worker.ts';
import { openAmqp } from '../amqp.ts';
import { openConsul } from '../consul.ts';
import { createExecutors } from '../executors.ts';
import type { LeasedTerms } from '../leased.ts';
import { secretsForWork } from '../secrets.ts';
import { openChildTokens, startVault } from '../vault.ts';
import { tellOfWorker } from './listen.ts';
import { demandShared, takePlace, type WorkerPlace } from './place.ts';
import { handOverTo } from './reports.ts';
import { demandTools } from './tools.ts';

/**
 * A worker in a process of its own: orders come over the broker, and all that it says of them goes to
 * servers. It never touches their store. States: starting -> taking -> ending -> ended.
 */
export interface WorkerProcess {
  /** As claims and logs name it. */
  name: string;
  /** Where it tells how it is: `http://127.0.0.1:8430`; undefined: nowhere. */
  url: string | undefined;
  servers: readonly string[];
  /**
   * Takes no more orders. Steps under way may end by themselves for the configured grace, or until
   * `abort` is aborted; then they are asked to stop, and say so.
   */
  stop(abort: AbortSignal): Promise<void>;
}

export interface WorkerRequest {
  config: Config;
  pool: string;
  log: Logger;
}

/** Rejects with CONFIGURATION_INVALID, or DATA_FOLDER_TAKEN. It need not find broker and servers yet. */
export async function startWorkerProcess(request: WorkerRequest): Promise<WorkerProcess> {
  const { config, log } = request;
  demandShared(config);
  const urls = config.worker.servers.map((url) => serverAddress(url, config.worker.insecureHttp));
  const subsystems = createSubsystems({ clock: systemClock, log });
  try {
    return await furnish({ ...request, urls }, subsystems);
  } catch (error) {
    await subsystems.stop().catch(() => {});
    throw error;
  }
}

interface Furnishing extends WorkerRequest {
  urls: readonly string[];
}

async function furnish(request: Furnishing, subsystems: Subsystems): Promise<WorkerProcess> {
  const { config, pool, log, urls } = request;
  const { start } = subsystems;
  const place = await start(
    'worker folder',
    () => takePlace(config, pool),
    ({ leave }) => leave(),
  );
  const name = `${hostname().replaceAll(/[^\w.-]/g, '-')}/${place.name}/${systemIds()}`;
  const vault = await startVault({ config, log }, subsystems);
  const secrets = await start(
    'secrets',
    () => secretsForWork({ config, paths: place.paths, log }, vault),
    (opened) => opened.close(),
  );
  await demandTools({ config, paths: place.paths, secrets });
  const executors = await startExecutors(request, { place, secrets, vault, subsystems });
  const bus = await start(
    'bus',
    () => openBus({ config, log, vault }),
    (opened) => opened.close(),
  );
  const servers = await start(
    'servers',
    () => reach(urls, log),
    (reached) => reached.close(),
  );
  const parts = { name, place, secrets, executors, bus, servers };
  const leaving = { abort: new AbortController().signal };
  let isTaking = false;
  const worker = await makeWorker(request, parts);
  const url = await tellOfWorker(config, {
    worker,
    pool,
    isReady: () => isTaking && !servers.isSilent(),
    subsystems,
  });
  await start(
    'worker',
    () => worker.start(),
    () => {
      isTaking = false;
      return leave(worker, config.worker.graceMs, leaving.abort);
    },
  );
  isTaking = true;
  log.info({ worker: name, pool, servers: urls }, 'the worker takes orders');
  return {
    name,
    url,
    servers: urls,
    stop: async (abort) => {
      leaving.abort = abort;
      log.info({ graceMs: config.worker.graceMs }, 'the worker ends: it takes no more orders');
      await subsystems.stop();
    },
  };
}

interface Working {
  place: WorkerPlace;
  secrets: Secrets;
  vault: Vault | undefined;
  subsystems: Subsystems;
}

async function startExecutors(
  { config, log }: Furnishing,
  { place, secrets, vault, subsystems }: Working,
): Promise<ReadonlyMap<string, Executor>> {
  const consul =
    config.consul.url === null
      ? undefined
      : await subsystems.start(
          'consul',
          () => openConsul({ config, log, vault }),
          (opened) => opened?.close(),
        );
  const maker = await openChildTokens({ config, log }, vault);
  const { executors } = await subsystems.start(
    'keyvalue',
    // Who probes them is the server: here they only get their name.
    () =>
      createExecutors({
        config,
        paths: place.paths,
        secrets,
        consul,
        registries: noSystems,
        maker,
      }),
    ({ keyvalue }) => keyvalue.close(),
  );
  return executors;
}

async function openBus(terms: LeasedTerms): Promise<Bus> {
  const bus = await openAmqp({ ...terms, isService: true });
  if (bus !== undefined) return bus;
  throw new BiotopeError('CONFIGURATION_INVALID', {
    message: 'Orders come over RabbitMQ, and no broker is named (amqp.url).',
  });
}

function reach(urls: readonly string[], log: Logger): Servers & { close(): void } {
  const https = createHttps({ host: process.env, clock: systemClock, keepAlive: true });
  const ended = new AbortController();
  const servers = createServers({ urls, https, signal: ended.signal, log });
  return {
    ...servers,
    close: () => {
      ended.abort(new BiotopeError('INTERRUPTED', { message: 'The worker has ended.' }));
      https.close();
    },
  };
}

interface Parts {
  name: string;
  place: WorkerPlace;
  secrets: Secrets;
  executors: ReadonlyMap<string, Executor>;
  bus: Bus;
  servers: Servers;
}

/**
 * Most of a minute: who reaches no server keeps the orders it has taken rather than taking more of them
 * from those who could work.
 */
const CLAIM_ATTEMPTS_MAX = 15;

function makeWorker({ config, pool, log }: Furnishing, parts: Parts): Worker {
  const { name, place, secrets, executors, bus, servers } = parts;
  return createWorker({
    name,
    pool,
    concurrency: config.worker.concurrency,
    bus,
    desk: createRemoteDesk({ servers, ids: systemIds }),
    handOver: handOverTo(bus, log),
    executors,
    secrets,
    clock: systemClock,
    log,
    stepLevel: 'info',
    claimAttemptsMax: CLAIM_ATTEMPTS_MAX,
    dataFolder: place.paths.folder,
    failpoint: createFailpoint(process.env.BIOTOPE_FAILPOINT, () =>
      process.kill(process.pid, 'SIGKILL'),
    ),
    limits: config.limits,
  });
}

/** Whoever does not end within the grace is asked to. */
async function leave(worker: Worker, graceMs: number, abort: AbortSignal): Promise<void> {
  const hurry = () => void worker.stop({ graceMs: 0 });
  abort.addEventListener('abort', hurry, { once: true });
  await worker.stop({ graceMs: abort.aborted ? 0 : graceMs });
  abort.removeEventListener('abort', hurry);
}
