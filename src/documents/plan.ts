import type { ApprovalSource } from '../model/approval.ts';
import type { EnvironmentStatus } from '../model/environment.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { RunSummary } from '../model/run.ts';
import type { StepAction } from '../model/step.ts';
import type { TemplateReference } from '../model/template.ts';
import { templateDocument } from './documents.ts';
import type { SettingChange } from './setting-changes.ts';

/** `decide`: depends on outputs not known yet; it is decided when it is its turn. */
export type PlannedAction = Exclude<StepAction, 'act'> | 'leave' | 'decide';

/** What is needed of a planned resource (engine/planner/plan.ts). */
interface Planned {
  address: string;
  label: string;
  executor: string;
  action: PlannedAction;
  reason: string;
  movedFrom: string | null;
  protect: boolean;
  after: readonly string[];
  recorded: { protect: boolean } | null;
}

export interface PlannedDocument {
  address: string;
  label: string;
  executor: string;
  action: PlannedAction;
  reason: string;
  movedFrom: string | null;
  protect: boolean;
  protectChanges: boolean;
  after: string[];
}

/** What an executor says it would do (worker/look.ts), or why it says nothing. */
export type DifferenceDocument =
  | { subject: string; action: string; lines: string[] }[]
  | { message: string; code?: string };

export interface PlanDocument {
  environment: string;
  template: TemplateReference | null;
  summary: Required<RunSummary>;
  /** Of the environment itself. */
  settings: SettingChange[];
  /** Who asks that people approve of it before it is done; null: nobody. */
  approval: ApprovalSource | null;
  /** `difference`: only where executors were asked. */
  resources: (PlannedDocument & { difference?: DifferenceDocument | null })[];
}

export interface PlanView {
  plan: {
    environment: string;
    template: { reference: TemplateReference } | null;
    summary: RunSummary;
    resources: readonly Planned[];
  };
  settings: SettingChange[];
  approval: ApprovalSource | null;
  /** By address; null: no executor was asked. */
  differences: ReadonlyMap<string, DifferenceDocument> | null;
}

export function planDocument({ plan, settings, approval, differences }: PlanView): PlanDocument {
  return {
    environment: plan.environment,
    template: plan.template === null ? null : templateDocument(plan.template.reference),
    summary: { ...plan.summary, look: plan.summary.look ?? 0 },
    settings,
    approval,
    resources: plan.resources.map((resource) => ({
      ...plannedDocument(resource),
      ...(differences === null ? {} : { difference: differences.get(resource.address) ?? null }),
    })),
  };
}

function plannedDocument(resource: Planned): PlannedDocument {
  const { address, label, executor, action, reason, movedFrom, protect, recorded } = resource;
  const protectChanges = action !== 'remove' && recorded !== null && recorded.protect !== protect;
  const after = [...resource.after];
  return { address, label, executor, action, reason, movedFrom, protect, protectChanges, after };
}

/** Whether a run would do something about it, if only in its record. */
export function isPlanned({ action, movedFrom, protectChanges }: PlannedDocument): boolean {
  return action !== 'leave' || movedFrom !== null || protectChanges;
}

/** A parameter without which an environment cannot be brought to a version. */
export interface MissingParameter {
  name: string;
  secret: boolean;
}

/** What a new version would change in the environments that are made from an older one. */
export interface ImpactDocument {
  template: TemplateReference;
  environments: EnvironmentImpact[];
  /** Names of those that are made from this version or a newer one. */
  upToDate: string[];
  /** Those made from another template that takes in an older version. */
  takingIn: {
    environment: string;
    from: TemplateReference;
    /** The oldest version that its template takes in. */
    nested: TemplateReference;
    /** The published version of its own template that takes in this one or a newer one. */
    newer: TemplateReference | null;
  }[];
}

export interface EnvironmentImpact {
  environment: string;
  status: EnvironmentStatus;
  from: TemplateReference;
  newlyRequired: MissingParameter[];
  /** Null where it cannot be planned. */
  summary: Required<RunSummary> | null;
  /** What would change, and what becomes another in the records alone. */
  resources: PlanDocument['resources'];
  /** Why it cannot be planned. */
  error: { code: ErrorCode; message: string; detail: string | null } | null;
}
