import type { Address } from './address.ts';
import type { EnvironmentStatus } from './environment.ts';
import type { JsonObject } from './json.ts';
import type { RunStatus } from './run.ts';
import type { StepStatus } from './step.ts';

export type EventType =
  | `environment.${EnvironmentStatus}`
  | 'environment.registered'
  | 'environment.extended'
  | 'environment.expiring'
  | 'environment.expiry-refused'
  | 'environment.expiry-failed'
  | `run.${RunStatus}`
  | 'run.resumed'
  | 'run.cancel-requested'
  | 'run.approved'
  | 'run.plan-stale'
  | `step.${StepStatus}`
  | 'step.retrying'
  | 'step.held'
  | 'step.released'
  | 'step.recalled'
  | 'step.resolved'
  | 'step.report-refused'
  | 'resource.recorded'
  | 'resource.removed'
  | 'resource.moved'
  | 'drift.detected'
  | 'breaker.opened'
  | 'breaker.closed'
  | 'command.rejected'
  | 'template.published'
  | 'webhook.failed'
  | 'webhook.replayed';

/** An event as a transaction carries it; the store adds where and when. */
export interface EventDraft {
  type: EventType;
  runId: string | null;
  address: Address | null;
  data: JsonObject;
}

/** A committed event. `id` is stable, so that receivers can drop repetitions. */
export interface EventRecord extends EventDraft {
  /** `<scope>:<number>.<index>` */
  id: string;
  scope: string;
  /** The scope's gap-free number of the transaction that made it. */
  number: number;
  index: number;
  atMs: number;
}
