import type { Bus } from '../bus/bus.ts';
import type { ExecutorDefinition } from '../executors/executor.ts';
import type { Limits } from '../model/limits.ts';
import type { RetryPolicy, StatusEndpoint } from '../model/template.ts';
import type { Clock } from '../platform/clock.ts';
import type { Failpoint } from '../platform/failpoint.ts';
import type { Ids, Random } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import type { Probe } from '../probe/probe.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Store } from '../store/store.ts';
import type { Systems } from '../systems/systems.ts';
import type { Leadership } from './leadership/leadership.ts';

export interface PoolPlaces {
  /** For steps that start a program. */
  programs: number;
  /** For steps that only make calls. */
  calls: number;
}

export interface ExpirySettings {
  /** How often planned ends are looked at. */
  lookEveryMs: number;
  /** How long before its end it is said that an environment is to end. */
  warnBeforeMs: readonly number[];
  /** Of an environment for which nobody says when it is to end; null: it stays. */
  defaultTtlMs: number | null;
  /** From now on; null: any. */
  maximumTtlMs: number | null;
  /** Destructions that are begun for one planned end, and the pauses between them. */
  attemptsMax: number;
  initialDelayMs: number;
  delayMaxMs: number;
}

export interface EngineSettings {
  /** How long a holder may be silent before another one may take its run. */
  runLeaseMs: number;
  /** How long a worker may be silent before its step counts as lost. */
  claimLeaseMs: number;
  /** How often leases, delays and the queue are looked at without a hint. */
  tickMs: number;
  /** An order that nobody claimed is sent again after this time. */
  orderResendMs: number;
  runsActiveMax: number;
  /** Steps that may be dispatched or running at once, by pool. Other pools have no workers. */
  pools: ReadonlyMap<string, PoolPlaces>;
  retry: RetryPolicy;
  /** Inspections of one unknown outcome before a person is asked. */
  inspectionsMax: number;
  /** A step that was lost more often is not begun again: it may be what its workers die of. */
  lossesMax: number;
  /** Attempts of one step that meet a system that is away and cost nothing; those after them count. */
  parkingsMax: number;
  /** Of status endpoints: what the probe can ask. */
  endpointKinds: ReadonlySet<StatusEndpoint['kind']>;
  inboxKeepMs: number;
  auditKeepMs: number;
  /** Changes, and refusals, that are kept at most. */
  auditEntriesMax: number;
  /** A run whose plan nobody approves is cancelled after this time; null: it waits. */
  approvalWaitMaxMs: number | null;
  expiry: ExpirySettings;
  probeTimeoutMs: number;
  probesConcurrentMax: number;
  /** Between two questions of a service to the endpoints of one environment. */
  healthIntervalMs: number;
  /** Silences in a row after which an endpoint is lost, and its environment failed. */
  healthFailuresMax: number;
  /** Scheduled turns come later by up to so much, each environment's by its own part of it. */
  reconcileJitterMs: number;
  outboxBatchMax: number;
  /** The store is driven by this process alone: whatever other holders and workers held is free. */
  otherHoldersAreDead: boolean;
  /**
   * It stays and keeps environments true by itself: schedules, health, planned destruction. The engine
   * of one command does only what it is told.
   */
  isService: boolean;
}

export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  runLeaseMs: 15_000,
  claimLeaseMs: 15_000,
  tickMs: 500,
  orderResendMs: 10_000,
  runsActiveMax: 200,
  pools: new Map([['default', { programs: 10, calls: 160 }]]),
  retry: { attemptsMax: 3, initialDelayMs: 1_000, delayMaxMs: 60_000 },
  inspectionsMax: 5,
  lossesMax: 5,
  parkingsMax: 20,
  endpointKinds: new Set(['http', 'tcp'] as const),
  inboxKeepMs: 7 * 24 * 3_600_000,
  auditKeepMs: 365 * 24 * 3_600_000,
  auditEntriesMax: 100_000,
  approvalWaitMaxMs: null,
  expiry: {
    lookEveryMs: 5_000,
    warnBeforeMs: [24 * 3_600_000, 3_600_000],
    defaultTtlMs: null,
    maximumTtlMs: null,
    attemptsMax: 5,
    initialDelayMs: 60_000,
    delayMaxMs: 6 * 3_600_000,
  },
  probeTimeoutMs: 5_000,
  probesConcurrentMax: 16,
  healthIntervalMs: 30_000,
  healthFailuresMax: 3,
  reconcileJitterMs: 5 * 60_000,
  outboxBatchMax: 500,
  otherHoldersAreDead: false,
  isService: false,
};

/** Everything the engine reaches the world through. Nothing else in engine/ does. */
export interface EngineContext {
  store: Store;
  bus: Bus;
  secrets: Secrets;
  systems: Systems;
  probe: Probe;
  clock: Clock;
  ids: Ids;
  random: Random;
  definitions: ReadonlyMap<string, ExecutorDefinition>;
  settings: EngineSettings;
  limits: Limits;
  log: Logger;
  failpoint: Failpoint;
  /** Whether this process does what one alone of those on the store should. */
  leadership: Leadership;
  /** This process, uniquely: in leases, and in front of the names of its workers. */
  holder: string;
  /**
   * Workers of this very process, by pool: the only one of its pool each. An order for one of them
   * is claimed as it is given out, in one transaction.
   */
  residents: ReadonlyMap<string, string>;
  /** Raised by a promotion; records and orders of an older one are refused. */
  clusterEpoch: number;
}
