import type { Bus } from '../../bus/bus.ts';
import type { Config } from '../../config/schema.ts';
import type { Leadership } from '../../engine/leadership/leadership.ts';
import { type RunRecord, UNFINISHED_RUN } from '../../model/run.ts';
import { systemClock } from '../../platform/clock.ts';
import type { ConsulClient } from '../../platform/consul/client.ts';
import type { Logger } from '../../platform/logger.ts';
import { rememberFile } from '../../platform/same-file.ts';
import { fileLost } from '../../platform/sqlite-error.ts';
import { createSubsystems, type Subsystems } from '../../platform/subsystems.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Vault } from '../../secrets/vault/vault.ts';
import type { Store } from '../../store/store.ts';
import type { BreakerSystems } from '../../systems/breakers/breaker-systems.ts';
import type { Systems } from '../../systems/systems.ts';
import { openAmqp } from '../amqp.ts';
import { openConsul } from '../consul.ts';
import { type DataPaths, prepareDataFolder } from '../data-folder.ts';
import { isStoreShared, openStore } from '../open-store.ts';
import { secretsForWork } from '../secrets.ts';
import { openSystems } from '../systems.ts';
import { openChildTokens, startVault } from '../vault.ts';
import type { Whole } from '../whole.ts';
import { tryDriverLock } from './driver-lock.ts';
import { startLeadership } from './leading.ts';
import type { Notify } from './notice.ts';

/** The driver's seat of a data folder, taken: everything that writes, and how to leave it. */
export interface Seat {
  store: Store;
  secrets: Secrets;
  whole: Whole;
  /** Throws STORE_LOST once the data was moved or deleted. */
  demandThere(): void;
  /**
   * Ends steps under way by themselves, or cleanly once `abort` is aborted or where the data is lost;
   * then lets go.
   */
  leave(abort: AbortSignal): Promise<void>;
}

export interface SeatRequest {
  config: Config;
  paths: DataPaths;
  /** The command line's command, for those who find the folder busy. */
  command: string;
  log: Logger;
  notify: Notify;
  /** Closes what this process has open for reading: its files are opened anew, for writing. */
  closeReader(): Promise<void>;
  /** It stays: see EngineSettings. */
  isService?: boolean;
  /** The store as everything that works gets it. */
  watched?: (store: Store) => Store;
  /** Begins what is to be there before the engine begins, and until after it has ended. */
  beforeWork?: (foundation: Foundation) => Promise<void>;
}

/** What an engine works over. */
export interface Foundation {
  store: Store;
  secrets: Secrets;
  systems: Systems;
  subsystems: Subsystems;
  leadership: Leadership;
  /** Undefined: none is configured. */
  consul: ConsulClient | undefined;
  /** Tells other processes over the same data folder where an API answers. */
  tellUrl(url: string): void;
}

/** Undefined where another process has the seat. Takes up what was interrupted. */
export async function takeSeat(request: SeatRequest): Promise<Seat | undefined> {
  const { paths, command } = request;
  prepareDataFolder(paths);
  const startedAt = new Date(systemClock.nowMs()).toISOString();
  const lock = tryDriverLock(paths, { pid: process.pid, command, startedAt });
  if (lock === undefined) return undefined;
  const subsystems = createSubsystems({ clock: systemClock, log: request.log });
  try {
    await subsystems.start(
      'driver lock',
      () => lock,
      () => lock.release(),
    );
    await request.closeReader();
    return await furnish({ ...request, tellUrl: lock.tellUrl }, subsystems);
  } catch (error) {
    // What cannot be ended is in the log: the cause is what is to be told.
    await subsystems.stop().catch(() => {});
    throw error;
  }
}

/** Loaded by those who drive: it is most of the program. */
function loadParts() {
  return Promise.all([import('../executors.ts'), import('../whole.ts')]);
}

/** Loads it while what was begun before is waited for: then nobody waits for this. */
export function expectSeat(): void {
  // At once would be before that: loading takes the process for itself.
  setImmediate(() => {
    // Whoever takes the seat hears of a failure.
    loadParts().catch(() => {});
  });
}

async function furnish(
  request: SeatRequest & Pick<Foundation, 'tellUrl'>,
  subsystems: Subsystems,
): Promise<Seat> {
  const { config, paths, log, notify, tellUrl } = request;
  const [{ createExecutors, DEFINITIONS: definitions }, { startWhole }] = await loadParts();
  const { start } = subsystems;
  const systems = await openSystems(request);
  const vault = await startVault({ config, log, systems }, subsystems);
  const opened = await start(
    'store',
    () => openStore({ config, paths, log, systems }),
    (store) => store.close(),
  );
  const store = request.watched?.(opened) ?? opened;
  const secrets = await start(
    'secrets',
    () => secretsForWork({ config, paths, log, systems }, vault),
    (opened) => opened.close(),
  );
  const registries = request.isService === true ? systems : undefined;
  const consul = await startConsul(config, { subsystems, log, systems, vault });
  const maker = await openChildTokens({ config, log }, vault);
  const { executors } = await start(
    'keyvalue',
    () => createExecutors({ config, paths, secrets, consul, registries, maker }),
    ({ keyvalue }) => keyvalue.close(),
  );
  const leadership = await startLeadership(request, { subsystems, store, secrets });
  const foundation = { store, secrets, systems, subsystems, leadership, consul, tellUrl };
  await request.beforeWork?.(foundation);
  const bus = await startBus(request, { subsystems, log, systems, vault });
  const parts = { store, secrets, systems, definitions, executors, leadership, bus, consul };
  const isThere = rememberFile(isStoreShared(config) ? paths.lock : paths.store);
  const leaving = { abort: new AbortController().signal };
  const whole = await start(
    'engine',
    () => startWhole({ ...request, ...parts }),
    async (running) => {
      const told = tellSteps(running, notify, leaving.abort);
      await running.stop(leaving.abort);
      told.stop();
      // Of what is lost nothing goes on, whatever it says of itself.
      const isShared = isStoreShared(config);
      if (isThere()) await tellRunsLeft({ store, whole: running, notify, isShared });
    },
  );
  if (whole.resumed.length > 0) notify({ kind: 'resuming', runs: whole.resumed });
  return {
    store,
    secrets,
    whole,
    demandThere: () => {
      if (!isThere()) throw fileLost(paths.store);
    },
    leave: async (asked) => {
      leaving.abort = isThere() ? asked : AbortSignal.abort();
      await subsystems.stop().finally(systems.close);
    },
  };
}

interface Surroundings {
  subsystems: Subsystems;
  log: Logger;
  systems: BreakerSystems;
}

async function startConsul(
  config: Config,
  { subsystems, ...more }: Surroundings & { vault: Vault | undefined },
): Promise<ConsulClient | undefined> {
  if (config.consul.url === null) return undefined;
  return subsystems.start(
    'consul',
    () => openConsul({ config, ...more }),
    (consul) => consul?.close(),
  );
}

async function startBus(
  { config, isService = false }: SeatRequest,
  { subsystems, ...more }: Surroundings & { vault: Vault | undefined },
): Promise<Bus | undefined> {
  if (config.amqp.url === null) return undefined;
  return subsystems.start(
    'bus',
    () => openAmqp({ config, isService, ...more }),
    (bus) => bus?.close(),
  );
}

async function tellRunsLeft({
  store,
  whole,
  notify,
  isShared,
}: Pick<Seat, 'store' | 'whole'> & { notify: Notify; isShared: boolean }) {
  const all = await unfinishedRuns(store);
  const runs = isShared ? all.filter(isHeldByNobody) : all;
  const isOthers = ({ id }: RunRecord) => whole.runsOfOthers.has(id);
  const [others, own] = [runs.filter(isOthers), runs.filter((run) => !isOthers(run))];
  if (own.length > 0) notify({ kind: 'left', runs: own });
  if (others.length > 0) notify({ kind: 'handed-back', runs: others });
}

/** Those that somebody has to work on: who waits for an approval is not left by anybody. */
export async function unfinishedRuns(store: Store): Promise<RunRecord[]> {
  const runs = await store.find('runs', { where: { status: UNFINISHED_RUN } });
  return runs.flatMap(({ value }) => (value.status === 'awaiting-approval' ? [] : [value]));
}

/** Whoever holds one that is not let go works on it, as far as anybody else can tell. */
export function isHeldByNobody({ lease }: RunRecord): boolean {
  return lease === null || lease.expiresAtMs < systemClock.nowMs();
}

/** Shorter endings are not worth a word. */
const ENDING_TOLD_AFTER_MS = 300;

/** Says what the process still waits for: after a moment, and again when it is interrupted. */
function tellSteps(whole: Whole, notify: Notify, abort: AbortSignal): { stop(): void } {
  const tell = () => {
    const steps = whole.inHand();
    if (steps.length > 0) notify({ kind: abort.aborted ? 'stopping' : 'finishing', steps });
  };
  const timer = systemClock.setTimer(ENDING_TOLD_AFTER_MS, tell);
  abort.addEventListener('abort', tell, { once: true });
  return {
    stop: () => {
      timer.cancel();
      abort.removeEventListener('abort', tell);
    },
  };
}
