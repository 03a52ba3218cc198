import type { Address } from '../../model/address.ts';
import type { DriftRules } from '../../model/drift.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { RunSummary } from '../../model/run.ts';
import type { StepAction } from '../../model/step.ts';
import type { ResourceTemplate, Template, TemplateReference } from '../../model/template.ts';

/** `decide`: depends on outputs not known yet; whether it is left is decided when it is its turn. */
export type PlannedAction = Exclude<StepAction, 'act'> | 'leave' | 'decide';

export interface PlannedResource {
  address: Address;
  /** See ResourceRecord.identity. */
  identity: Address;
  /** The label under which it is recorded until now; null where it has kept it. */
  movedFrom: string | null;
  label: string;
  id: string;
  index: number;
  counted: boolean;
  action: PlannedAction;
  /** It is left alone, and has a step all the same: others wait through it. See joints.ts. */
  isJoint: boolean;
  /** For a person: `new`, `with.variables.size changed`, `known after deploy: outputs of database`. */
  reason: string;
  /** See StepRecord.adopt. */
  adopt: JsonObject | null;
  /** See StepRecord.drift. */
  drift?: DriftRules;
  executor: string;
  pool: string;
  protect: boolean;
  /** What comes before it: see StepRecord.after. */
  after: Address[];
  /** What it is to be; null where it is known only after deploy, and for removals. */
  spec: JsonObject | null;
  fingerprint: string | null;
  /** Null for a removal. */
  resource: ResourceTemplate | null;
  /** What is recorded of it; null where it is new. */
  recorded: ResourceRecord | null;
}

/** A record, as it is to be from now on. `from`: where it was until now. */
export interface Move {
  from: ResourceRecord;
  to: ResourceRecord;
}

/** Builds in the order of the list, then removals. Resources left alone are listed too. */
export interface Plan {
  environment: string;
  template: { reference: TemplateReference; template: Template } | null;
  parameters: JsonObject;
  resources: PlannedResource[];
  /** Records to be written anew before anything is done: resources that have another id now. */
  moves: Move[];
  summary: RunSummary;
}
