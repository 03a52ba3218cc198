import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Bus } from '../../../src/bus/bus.ts';
import { createLocalBus } from '../../../src/bus/local/local-bus.ts';
import type { Desk } from '../../../src/desk/desk.ts';
import type { Applied, Executor, StepContext } from '../../../src/executors/executor.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/model/limits.ts';
import type { ClaimReference, Grant, Order, Report } from '../../../src/model/order.ts';
import type { BundleRecord } from '../../../src/model/template.ts';
import { type Clock, systemClock } from '../../../src/platform/clock.ts';
import { type Failpoint, noFailpoint } from '../../../src/platform/failpoint.ts';
import { type Logger, silentLogger } from '../../../src/platform/logger.ts';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import { createWorker, type Worker } from '../../../src/worker/worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** What the other side was told, and how it answers: a test may replace each answer. */
export interface TestDesk extends Desk {
  grants: Map<string, Grant>;
  claims: Order[];
  heartbeats: ClaimReference[];
  checkpoints: string[];
  logs: { offset: number; text: string }[];
  reports: Report[];
  bundles: Map<string, BundleRecord>;
  bundlesAsked: number;
}

export interface Rig {
  worker: Worker;
  desk: TestDesk;
  bus: Bus;
  secrets: Secrets;
  folder: string;
  /** Sends an order for a step that the desk grants. */
  order(grant?: Partial<Grant>, order?: Partial<Order>): Promise<void>;
  /** The first report, once there is one. */
  report(): Promise<Report>;
  /** May be called again. */
  close(): Promise<void>;
}

export interface RigOptions {
  executor: Partial<Executor>;
  clock?: Clock;
  limits?: Partial<Limits>;
  failpoint?: Failpoint;
  log?: Logger;
  concurrency?: number;
}

/** Closed when the test has ended. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const clock = options.clock ?? systemClock;
  const folder = temporaryFolder();
  const secrets = createEmbeddedSecrets({ path: ':memory:', keyFile: join(folder, 'key') });
  const bus = createLocalBus({ clock });
  const first = Promise.withResolvers<Report>();
  const desk = createTestDesk(first.resolve);
  const worker = createWorker({
    name: 'worker-1',
    pool: 'default',
    concurrency: options.concurrency ?? 4,
    bus,
    desk,
    executors: new Map([['test', { ...idle, ...options.executor }]]),
    secrets,
    clock,
    log: options.log ?? silentLogger,
    dataFolder: folder,
    failpoint: options.failpoint ?? noFailpoint,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  await worker.start();
  let closing: Promise<void> | undefined;
  const leave = async () => {
    await worker.stop({ graceMs: 0 });
    await bus.close();
    await secrets.close();
  };
  const close = () => {
    closing ??= leave();
    return closing;
  };
  onTestFinished(close);
  return {
    worker,
    desk,
    bus,
    secrets,
    folder,
    order: async (grant = {}, changes = {}) => {
      const order = { ...ORDER, ...changes };
      desk.grants.set(order.address, { ...GRANT, ...grant, order });
      await bus.sendOrder(order);
    },
    report: () => first.promise,
    close,
  };
}

function createTestDesk(onReport: (report: Report) => void): TestDesk {
  const desk: TestDesk = {
    grants: new Map(),
    claims: [],
    heartbeats: [],
    checkpoints: [],
    logs: [],
    reports: [],
    bundles: new Map(),
    bundlesAsked: 0,
    claim: async (order) => {
      desk.claims.push(order);
      return desk.grants.get(order.address);
    },
    heartbeat: async (claim) => {
      desk.heartbeats.push(claim);
      return 'go-on';
    },
    checkpoint: async (_claim, sealed) => {
      desk.checkpoints.push(sealed);
    },
    log: async (_claim, _attempt, offset, text) => {
      desk.logs.push({ offset, text });
    },
    report: async (_claim, report) => {
      desk.reports.push(report);
      onReport(report);
      return 'recorded';
    },
    bundle: async (digest) => {
      desk.bundlesAsked += 1;
      const bundle = desk.bundles.get(digest);
      if (bundle === undefined) throw new Error(`no bundle ${digest}`);
      return bundle;
    },
    isRecorded: async () => false,
  };
  return desk;
}

const ORDER: Order = {
  runId: 'run-1',
  environment: 'shop',
  address: 'web[0]',
  pool: 'default',
  operation: 'apply',
  attempt: 1,
  runEpoch: 1,
  clusterEpoch: 1,
};

const GRANT: Grant = {
  order: ORDER,
  label: 'web',
  identity: 'web[0]',
  executor: 'test',
  claimToken: 'token-1',
  claimNumber: 1,
  leaseMs: 12_000,
  timeoutMs: 60_000,
  bundleDigest: '',
  spec: {},
  adopt: null,
  approvedLosses: null,
  prior: null,
};

export const NOTHING: Applied = { outputs: {}, record: null, parts: [], state: null };

const idle: Executor = {
  needsFiles: false,
  destroyNeedsSpec: true,
  plan: async () => ({ changes: [] }),
  apply: async () => NOTHING,
  destroy: async () => {},
  inspect: async () => ({ ...NOTHING, finding: 'present', differences: [] }),
};

/** Ends as soon as it is asked to, and cleanly. */
export function untilStopped({ signal }: StepContext): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Facts and messages of the process's log, as one text. */
export function recordingLog(): { log: Logger; text(): string } {
  const lines: string[] = [];
  const write = (facts: object, message: string) => {
    const plain = Object.entries(facts).map(([key, value]) => `${key}=${plainText(value)}`);
    lines.push([message, ...plain].join(' '));
  };
  return {
    log: { debug: write, info: write, warn: write, error: write },
    text: () => lines.join('\n'),
  };
}

function plainText(value: unknown): string {
  return value instanceof Error ? `${value.stack}` : JSON.stringify(value);
}
