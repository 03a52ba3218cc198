import type { Command } from '../../bus/messages/commands.ts';
import type { Published } from '../../catalog/publish.ts';
import type { Config } from '../../config/schema.ts';
import type { ImpactDocument, PlanDocument } from '../../documents/plan.ts';
import type { IntakeResult } from '../../engine/engine.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { RunRecord } from '../../model/run.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Store } from '../../store/store.ts';
import type { DataPaths } from '../data-folder.ts';
import type { PlanTerms } from '../plans/plan-environment.ts';
import type { ImpactTerms } from '../plans/plan-template.ts';
import type { PublishOptions } from '../publishing/publish-options.ts';
import type { OtherDriver, ServerDescription } from './driver-lock.ts';
import type { Notify } from './notice.ts';
import type { Seat } from './seat.ts';

/** What is told of a template that has no problems. */
export interface SoundTemplate {
  name: string;
  version: string;
  digest: string;
  resources: number;
  /** Why modules from elsewhere could not be checked. */
  unchecked: string[];
}

/**
 * A data folder as one command sees it. States:
 *
 *   reading -> driving (the seat was free, or became free) -> closed
 *   reading -> closed
 *
 * Reading needs nothing and changes nothing. Commands are submitted to the engine of this process while it drives, and
 * handed over to the process that does otherwise.
 */
export interface Biotope {
  readonly config: Config;
  readonly paths: DataPaths;
  readonly log: Logger;
  readonly notify: Notify;
  /** Another one after the seat was taken: do not keep it. */
  readonly store: Store;
  /** The same for those who only read, with the templates that ship in it: see `withShipped`. */
  readonly storeWithShipped: Store;
  readonly secrets: Secrets;
  /** Set while this process drives. */
  readonly seat: Seat | undefined;
  /** Set where everything is asked of a server: then nothing is driven here. */
  readonly server: ServerDescription | undefined;
  /** Takes the seat if it is free; false while another process has it. */
  drive(): Promise<boolean>;
  /**
   * As `drive`, for those who ask again and again: looks a few times a second at most. Rejects with
   * STORE_LOST once the data was moved or deleted.
   */
  driveIfLeft(): Promise<boolean>;
  /** Takes the seat, waiting for it as long as another process has it. */
  driveOrWait(signal: AbortSignal): Promise<Seat>;
  /** The other process that drives now. */
  otherDriver(): OtherDriver | undefined;
  /** Unfinished runs that nobody drives. */
  interruptedRuns(): Promise<RunRecord[]>;
  /** What became of the command; durable when told. */
  submit(command: Command, signal: AbortSignal): Promise<IntakeResult>;
  /** What a command would do. Changes nothing. */
  plan(terms: PlanTerms): Promise<PlanDocument>;
  /** What a version of a template would change. Changes nothing. */
  impact(terms: ImpactTerms): Promise<ImpactDocument>;
  /** These outputs of it, secrets in the clear. */
  revealOutputs(of: Pick<EnvironmentRecord, 'name' | 'outputs'>): Promise<JsonObject>;
  /** Rejects as `publishSource`. */
  publish(source: string, options: PublishOptions & { signal: AbortSignal }): Promise<Published>;
  /** Checks a template without publishing it. Rejects with TEMPLATE_INVALID and as `publishSource`. */
  checkTemplate(source: string, signal: AbortSignal): Promise<SoundTemplate>;
  /** Resolves after the next change of the store, or when the time is up. Never rejects. */
  changed(timeoutMs: number): Promise<void>;
  close(abort: AbortSignal): Promise<void>;
}
