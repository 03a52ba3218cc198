import type { Bus } from '../bus/bus.ts';
import type { Desk } from '../desk/desk.ts';
import type { Executor } from '../executors/executor.ts';
import type { Address } from '../model/address.ts';
import type { Limits } from '../model/limits.ts';
import type { ClaimReference, Progress, Report } from '../model/order.ts';
import type { Clock } from '../platform/clock.ts';
import type { Failpoint } from '../platform/failpoint.ts';
import type { Ids, Random } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { BundleShelf } from './bundles.ts';
import type { ClaimKeeper } from './claim-keeper.ts';

export interface WorkerDependencies {
  /** Of this worker, uniquely: it stands in claims and events. */
  name: string;
  pool: string;
  /** Steps in hand at once. */
  concurrency: number;
  bus: Bus;
  desk: Desk;
  executors: ReadonlyMap<string, Executor>;
  secrets: Secrets;
  clock: Clock;
  ids?: Ids;
  random?: Random;
  log: Logger;
  /** Bundles and work folders live below it. */
  dataFolder: string;
  failpoint: Failpoint;
  /**
   * Whether steps of the run may still be taken up, or looked into: all, none, or these. Default:
   * nobody knows, they may.
   */
  mayGoOn?(runId: string): Promise<boolean | readonly Address[]>;
  limits: Limits;
  /**
   * Brings a report on another way than to the desk: true: whoever is there answers for it, and nobody
   * will say what became of it. Default: there is none.
   */
  handOver?(claim: ClaimReference, report: Report): Promise<boolean>;
  /** How often a claim is asked for where nobody answers. Default: 5, some seconds. */
  claimAttemptsMax?: number;
  /** How the log tells of steps that begin and end. Default: debug. */
  stepLevel?: 'debug' | 'info';
}

/** What the parts of a worker share. */
export interface Tools extends Required<WorkerDependencies> {
  bundles: BundleShelf;
  tell(progress: Progress): void;
  /** Aborted once no more orders are taken. */
  leaving: AbortSignal;
  /** Claims of steps that are over for us, until their reports are recorded. */
  lingering: Set<ClaimKeeper>;
}
