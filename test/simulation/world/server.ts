import type { Bus } from '../../../src/bus/bus.ts';
import type { Desk } from '../../../src/desk/desk.ts';
import {
  DEFAULT_ENGINE_SETTINGS,
  type EngineContext,
  type EngineSettings,
} from '../../../src/engine/context.ts';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import {
  type Candidate,
  createLeadership,
  soleLeadership,
} from '../../../src/engine/leadership/leadership.ts';
import type { ExecutorDefinition } from '../../../src/executors/executor.ts';
import { externalDefinition } from '../../../src/executors/external/definition.ts';
import { isBiotopeError } from '../../../src/model/errors.ts';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';
import { noFailpoint } from '../../../src/platform/failpoint.ts';
import { type Logger, silentLogger } from '../../../src/platform/logger.ts';
import type { Probe } from '../../../src/probe/probe.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Systems } from '../../../src/systems/systems.ts';
import type { Chronicle } from '../model/chronicle.ts';
import type { Chance } from './chance.ts';
import { CLOUD } from './outages.ts';
import type { Process } from './process.ts';

/** An engine in its process. */
export interface Server {
  process: Process;
  desk: Desk;
  engine: Engine;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const SETTINGS: EngineSettings = {
  ...DEFAULT_ENGINE_SETTINGS,
  tickMs: 5_000,
  runLeaseMs: 20_000,
  inspectionsMax: 3,
  lossesMax: 3,
  parkingsMax: 6,
  retry: { attemptsMax: 3, initialDelayMs: 500, delayMaxMs: 4_000 },
  pools: new Map([['default', { programs: 3, calls: 2 }]]),
  isService: true,
  healthIntervalMs: 10_000,
  healthFailuresMax: 2,
};

interface Outfit {
  store: Store;
  bus: Bus;
  secrets: Secrets;
  systems: Systems;
  probe: Probe;
  chance: Chance;
  chronicle: Chronicle;
  ids(): string;
  /** One process at a time drives the store: all others are dead. */
  isAlone: boolean;
  /** The worker in this process whose orders are claimed as they are given out; null: none. */
  resident: string | null;
}

export function createServer(process: Process, outfit: Outfit): Server {
  const { store, bus, secrets, systems, probe, chance, chronicle, ids, isAlone, resident } = outfit;
  const log = listeningLogger(chronicle);
  const led = isAlone ? undefined : candidate(process, { store, log });
  const context: EngineContext = {
    store,
    bus,
    secrets,
    systems,
    probe,
    clock: process.clock,
    ids,
    random: chance.next,
    definitions: DEFINITIONS,
    settings: { ...SETTINGS, otherHoldersAreDead: isAlone },
    limits: DEFAULT_LIMITS,
    log,
    failpoint: noFailpoint,
    holder: process.name,
    leadership: led ?? soleLeadership(store),
    residents: new Map(resident === null ? [] : [['default', resident]]),
    clusterEpoch: 1,
  };
  const engine = createEngine(context);
  return {
    process,
    desk: engine.desk,
    engine,
    start: async () => {
      await led?.start();
      await engine.start();
    },
    stop: async () => {
      await engine.stop();
      await led?.stop();
    },
  };
}

function candidate(
  { clock, name: holder }: Process,
  { store, log }: { store: Store; log: Logger },
): Candidate {
  const { runLeaseMs: leaseMs, isService } = SETTINGS;
  return createLeadership({ store, clock, log, holder, leaseMs, isService });
}

function definition(
  kind: string,
  canInspect: boolean,
  startsPrograms: boolean,
): ExecutorDefinition {
  return {
    kind,
    description: '',
    canInspect: () => canInspect,
    check: async () => ({ problems: [], contentPaths: [], outputs: null }),
    checkAdoption: () => [],
    canRotate: () => true,
    secretOutputs: () => [],
    allowsSecret: () => true,
    needs: () => [CLOUD],
    startsPrograms,
    defaultTimeoutMs: 60_000,
  };
}

const DEFINITIONS: ReadonlyMap<string, ExecutorDefinition> = new Map([
  ['thing', definition('thing', true, true)],
  ['blind', definition('blind', false, false)],
  ['external', externalDefinition],
]);

/** What the engine logs as an error is one, unless store or bus were away. */
function listeningLogger(chronicle: Chronicle): Logger {
  return {
    ...silentLogger,
    error: (facts, message) => {
      const error = 'err' in facts ? facts.err : undefined;
      if (isBiotopeError(error) && error.entry.retryable) return;
      const stack = error instanceof Error ? error.stack : String(error);
      chronicle.complain(`the engine stumbled: ${message}: ${stack}`);
    },
  };
}
