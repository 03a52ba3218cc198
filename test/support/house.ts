import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.ts';
import { createLocalBus } from '../../src/bus/local/local-bus.ts';
import type { Command } from '../../src/bus/messages/commands.ts';
import {
  DEFAULT_ENGINE_SETTINGS,
  type EngineContext,
  type EngineSettings,
} from '../../src/engine/context.ts';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { soleLeadership } from '../../src/engine/leadership/leadership.ts';
import type { Executor, ExecutorDefinition } from '../../src/executors/executor.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/model/limits.ts';
import { isRunFinished, type RunRecord } from '../../src/model/run.ts';
import type { StepRecord } from '../../src/model/step.ts';
import type { Template } from '../../src/model/template.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { type Failpoint, noFailpoint } from '../../src/platform/failpoint.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import type { Probe } from '../../src/probe/probe.ts';
import { createEmbeddedSecrets } from '../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../src/secrets/secrets.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { noSystems, type Systems } from '../../src/systems/systems.ts';
import type { WorkerDependencies } from '../../src/worker/tools.ts';
import { createWorker, type Worker } from '../../src/worker/worker.ts';
import { severable } from './severable.ts';
import { publishDirectly } from './templates.ts';

export interface HouseOptions {
  executors: ReadonlyMap<string, Executor>;
  definitions: ReadonlyMap<string, ExecutorDefinition>;
  settings?: Partial<EngineSettings>;
  limits?: Partial<Limits>;
  probe?: Probe;
  systems?: Systems;
  clock?: Clock;
  failpoint?: Failpoint;
  /** A store that another house left: what it did is found there. */
  store?: Store;
  folder?: string;
}

/** Engine, worker, store and bus in this process, over executors that a test brings. */
export interface House {
  engine: Engine;
  worker: Worker;
  store: Store;
  secrets: Secrets;
  folder: string;
  resumed: RunRecord[];
  publish(template: Template): Promise<void>;
  /** Submits and insists on being accepted; returns the run's id. */
  send(command: Command): Promise<string>;
  /** The run once it has ended. */
  ended(runId: string): Promise<RunRecord>;
  run(command: Command): Promise<RunRecord>;
  steps(runId: string): Promise<StepRecord[]>;
  /** Leaves as a kill would: nothing is handed back, nothing more is recorded. */
  abandon(): void;
  /** Leaves in good order. May be called again. */
  close(): Promise<void>;
}

/** Closed when the test has ended. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const clock = options.clock ?? systemClock;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'biotope-house-'));
  const store = options.store ?? createSqliteStore({ path: ':memory:', clock });
  const guarded = severable(store);
  const secrets = createEmbeddedSecrets({
    path: join(folder, 'secrets.db'),
    keyFile: join(folder, 'secret.key'),
  });
  const bus = createLocalBus({ clock });
  const shared = { store: guarded.store, bus, secrets, clock, holder: systemIds() };
  const engine = createEngine(engineContext(options, shared));
  const worker = createWorker(workerContext(options, { ...shared, engine, folder }));
  const resumed = await engine.start();
  await worker.start();

  async function send(command: Command): Promise<string> {
    const result = await engine.submit(command, { source: 'test', id: systemIds() });
    if (result.outcome === 'rejected') throw new Error(`${result.code}: ${result.message}`);
    return result.runId ?? '';
  }

  let isAbandoned = false;
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= leave();
    return closing;
  };

  async function leave(): Promise<void> {
    engine.drain();
    await worker.stop({ graceMs: 0 });
    await engine.stop();
    await bus.close();
    await secrets.close();
    if (options.store === undefined) await store.close();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }

  // What was cut off from its store never comes to an end.
  onTestFinished(() => (isAbandoned ? Promise.race([close(), pause(200)]) : close()));

  return {
    engine,
    worker,
    store,
    secrets,
    folder,
    resumed,
    publish: (template) => publishDirectly(store, template),
    send,
    ended: (runId) => untilEnded(store, runId),
    run: async (command) => untilEnded(store, await send(command)),
    steps: async (runId) =>
      (await store.find('steps', { where: { runId } })).map(({ value }) => value),
    abandon: () => {
      isAbandoned = true;
      guarded.sever();
    },
    close,
  };
}

interface Shared {
  store: Store;
  bus: Bus;
  secrets: Secrets;
  clock: Clock;
  /** Workers bear the name of their process, as compose names them. */
  holder: string;
}

function engineContext(options: HouseOptions, shared: Shared): EngineContext {
  return {
    ...shared,
    leadership: soleLeadership(shared.store),
    systems: options.systems ?? noSystems,
    probe: options.probe ?? (async () => ({ alive: true, detail: 'ok' })),
    ids: systemIds,
    random: Math.random,
    definitions: options.definitions,
    settings: {
      ...DEFAULT_ENGINE_SETTINGS,
      tickMs: 20,
      retry: { attemptsMax: 3, initialDelayMs: 5, delayMaxMs: 20 },
      otherHoldersAreDead: true,
      ...options.settings,
    },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    log: silentLogger,
    failpoint: options.failpoint ?? noFailpoint,
    residents: new Map([['default', workerName(shared)]]),
    clusterEpoch: 1,
  };
}

/** A place for each that the engine gives. */
const WORKER_CONCURRENCY = 1_000;

const workerName = ({ holder }: Pick<Shared, 'holder'>) => `${holder}/default`;

function workerContext(
  options: HouseOptions,
  { bus, secrets, clock, holder, engine, folder }: Shared & { engine: Engine; folder: string },
): WorkerDependencies {
  return {
    name: workerName({ holder }),
    pool: 'default',
    concurrency: WORKER_CONCURRENCY,
    bus,
    desk: engine.desk,
    executors: options.executors,
    secrets,
    clock,
    log: silentLogger,
    dataFolder: folder,
    failpoint: options.failpoint ?? noFailpoint,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
}

async function untilEnded(store: Store, runId: string): Promise<RunRecord> {
  for (;;) {
    const run = await store.get('runs', runId);
    if (run !== undefined && isRunFinished(run.value)) return run.value;
    await pause(5);
  }
}

/** In real time, which houses live in unless they are given a clock. */
export const pause = (durationMs: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, durationMs));
