import type { EnvironmentRecord } from '../model/environment.ts';
import type { JsonValue } from '../model/json.ts';
import type { HeartbeatRecord, LeadershipRecord } from '../model/leadership.ts';
import type { ResourceRecord, StateRecord } from '../model/resource.ts';
import type { RunRecord } from '../model/run.ts';
import type { PlanRecord } from '../model/shown-plan.ts';
import type { StepRecord } from '../model/step.ts';
import type { BundleRecord, TemplateRecord } from '../model/template.ts';
import type { DeliveryRecord, WebhookRecord } from '../model/webhook.ts';

/** The line in front of an environment: commands are ordered here as they are accepted. */
export interface QueueRecord {
  environment: string;
  acceptedCount: number;
}

/** A command that was taken in, so that it is never taken in twice. */
export interface InboxRecord {
  source: string;
  id: string;
  type: string;
  /** Digest of type and data; another one under the same id is refused. */
  fingerprint: string;
  outcome: 'accepted' | 'rejected';
  runId: string | null;
  rejection: { code: string; message: string; detail: string | null } | null;
  receivedAtMs: number;
  expiresAtMs: number;
}

/** What the first process on a store has sealed, so that the others can see whether they have its key. */
export interface SealRecord {
  sealed: string;
}

/** A command that another process handed over to the one that drives the store. Sealed. */
export interface HandoverRecord {
  id: string;
  sealed: string;
  handedOverAtMs: number;
}

/** Who asked for what, and what became of it. What is optional is absent in entries of older versions. */
export interface AuditRecord {
  id: string;
  actor: string;
  action: string;
  subject: string;
  /** Never a secret: names of parameters, not their values. */
  detail: JsonValue;
  atMs: number;
  outcome?: 'accepted' | 'refused';
  /** Why it was refused. */
  code?: string | null;
  environment?: string | null;
  runId?: string | null;
  requestId?: string | null;
  /** More than 1: refusals of one kind, summed up. */
  count?: number;
}

/** What the store keeps, by collection. Keys: see each model type's `…Key` function. */
export interface Collections {
  environments: EnvironmentRecord;
  resources: ResourceRecord;
  states: StateRecord;
  runs: RunRecord;
  steps: StepRecord;
  /** By the id of the run: of those alone that need an approval. */
  plans: PlanRecord;
  templates: TemplateRecord;
  bundles: BundleRecord;
  queues: QueueRecord;
  inbox: InboxRecord;
  handovers: HandoverRecord;
  audit: AuditRecord;
  webhooks: WebhookRecord;
  deliveries: DeliveryRecord;
  leaderships: LeadershipRecord;
  heartbeats: HeartbeatRecord;
  seals: SealRecord;
}

export type CollectionName = keyof Collections;

/**
 * The top-level text fields by which records of a collection can be found. Of resources and steps the
 * status changes too often for an index: by it alone the whole collection is looked through.
 */
export const INDEXES = {
  environments: ['status'],
  resources: ['environment', 'status'],
  states: ['environment'],
  runs: ['environment', 'status'],
  steps: ['runId', 'status'],
  plans: [],
  templates: ['name'],
  bundles: [],
  queues: [],
  inbox: [],
  handovers: [],
  audit: ['subject', 'actor'],
  webhooks: [],
  deliveries: ['webhook', 'status'],
  leaderships: [],
  heartbeats: [],
  seals: [],
} as const satisfies { [C in CollectionName]: readonly (keyof Collections[C] & string)[] };

/** The field that every key of the collection begins with, and a slash: it never changes. */
export const KEYS_BEGIN_WITH: { readonly [C in CollectionName]?: IndexOf<C> } = {
  resources: 'environment',
  states: 'environment',
  steps: 'runId',
  deliveries: 'webhook',
};

export const COLLECTION_NAMES = Object.keys(INDEXES) as CollectionName[];

export type IndexOf<C extends CollectionName> = (typeof INDEXES)[C][number];
