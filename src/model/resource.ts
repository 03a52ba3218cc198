import type { Address } from './address.ts';
import type { Drift } from './drift.ts';
import type { JsonObject } from './json.ts';
import type { Link, StatusEndpoint, TemplateReference } from './template.ts';

/**
 * States of a recorded resource. The record is written before an executor begins, so that nothing
 * that may exist is ever unrecorded:
 *
 *   creating, changing -> ok | failed | unknown
 *   ok, failed, unknown -> changing | removing
 *   removing -> (record deleted) | failed | unknown
 */
export type ResourceStatus = 'creating' | 'changing' | 'ok' | 'failed' | 'removing' | 'unknown';

/** A finer resource that an executor made inside one resource, such as Terraform's own. */
export interface ResourcePart {
  address: string;
  type: string;
  dependsOn: string[];
}

export interface ResourceRecord {
  environment: string;
  address: Address;
  /**
   * The address it was first made under. What it made and its state are marked with it, so that a
   * new id (`movedFrom`) changes nothing outside. No two of an environment have the same.
   */
  identity: Address;
  id: string;
  index: number;
  counted: boolean;
  label: string;
  executor: string;
  pool: string;
  /** The template version this resource was last built from: its own, not the environment's. */
  template: TemplateReference;
  status: ResourceStatus;
  description: string;
  tags: string[];
  links: Link[];
  statusEndpoints: StatusEndpoint[];
  protect: boolean;
  /** The name, shared by all environments, of what others own; null where it is built here. */
  external: string | null;
  dependsOn: Address[];
  /** What it was last asked to be; secrets as references. */
  spec: JsonObject;
  /**
   * What it is to be adopted from, until that has succeeded: whatever is built next goes on with
   * it, and makes nothing beside what is there already. Null where nothing was to be adopted.
   */
  adopting: JsonObject | null;
  /** Digest of content and resolved inputs of the last apply that succeeded; null before one did. */
  fingerprint: string | null;
  /** Secret outputs are secret texts. */
  outputs: JsonObject;
  /** The executor's own notes: all it needs to destroy without template or Git. */
  record: JsonObject | null;
  parts: ResourcePart[];
  /** Null, or absent in older records: nobody looked since it was built. */
  drift?: Drift | null;
  runId: string;
  runEpoch: number;
  clusterEpoch: number;
  createdAtMs: number;
  updatedAtMs: number;
}

/** An executor's state (Terraform's), sealed: only a holder of the sealing key can read it. */
export interface StateRecord {
  environment: string;
  address: Address;
  sealed: string;
  /** Evidence only: the claim whose late report brought it and was refused. Null: the state itself. */
  refusedClaim: string | null;
  runId: string;
  runEpoch: number;
  clusterEpoch: number;
  savedAtMs: number;
}

export function resourceKey(environment: string, address: Address): string {
  return `${environment}/${address}`;
}

/** What others own, in the dependency graph: one node, however many environments use it. */
export function externalKey(name: string): string {
  return `external:${name}`;
}

export function stateKey(
  state: Pick<StateRecord, 'environment' | 'address' | 'refusedClaim'>,
): string {
  const key = resourceKey(state.environment, state.address);
  return state.refusedClaim === null ? key : `${key}!${state.refusedClaim}`;
}

/**
 * Whether it was to be adopted and nothing of it was taken: what is there is somebody else's still,
 * and removing the record is all there is to remove.
 */
export function isUntaken(
  record: Pick<ResourceRecord, 'adopting' | 'status' | 'record' | 'parts'>,
): boolean {
  const isPending = record.adopting !== null && record.status === 'failed';
  return isPending && record.record === null && record.parts.length === 0;
}

/** Whether every attempt to make it failed and left nothing: what exists may be adopted instead. */
export function isUnmade(
  record: Pick<ResourceRecord, 'adopting' | 'status' | 'fingerprint' | 'record' | 'parts'>,
): boolean {
  const { adopting, status, fingerprint, parts } = record;
  const isFailed = adopting === null && status === 'failed' && fingerprint === null;
  return isFailed && record.record === null && parts.length === 0;
}

/**
 * Whether it is not known what of it exists: its last attempt ended in the dark, or was under way
 * when the run that made it came to its end.
 */
export function isAmbiguous(record: Pick<ResourceRecord, 'status'>): boolean {
  return record.status !== 'ok' && record.status !== 'failed';
}
