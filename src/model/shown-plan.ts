import type { Address } from './address.ts';
import type { Loss } from './loss.ts';
import type { RunSummary } from './run.ts';
import type { StepAction } from './step.ts';

/**
 * The plan of a run as people are asked about it. Bounded, and without secrets: values that are one
 * are told as redacted from the beginning.
 */
export interface PlanRecord {
  runId: string;
  environment: string;
  /** Of the whole plan, also of what is not listed: whoever approves says it again. */
  digest: string;
  madeAtMs: number;
  summary: RunSummary;
  /** Builds in their order, then removals. What is left alone is counted only. */
  resources: ShownResource[];
  /** So many more are not listed. */
  unlisted: number;
}

export interface ShownResource {
  address: Address;
  label: string;
  executor: string;
  /** `decide`: whether it changes is known after deploy. `rename`: in the records alone. */
  action: StepAction | 'decide' | 'rename';
  reason: string;
  movedFrom: string | null;
  /** Inputs that become others, as far as they are known. */
  inputs: ShownInput[];
  /** In the middle of a run: what it would replace or remove, as its executor says. */
  losses?: Loss[];
}

export interface ShownInput {
  path: string;
  /** As JSON, cut where it is long. */
  before: string;
  after: string;
}
