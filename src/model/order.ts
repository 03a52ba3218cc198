import type { Address } from './address.ts';
import type { Difference, Finding } from './drift.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Loss } from './loss.ts';
import type { ResourcePart } from './resource.ts';
import type { Failure } from './run.ts';
import type { Operation } from './step.ts';

/** Server to worker: please do this step. Carries no spec; that comes with the granted claim. */
export interface Order {
  runId: string;
  environment: string;
  address: Address;
  pool: string;
  operation: Operation;
  attempt: number;
  runEpoch: number;
  clusterEpoch: number;
  /** Of an order that leaves its process: shows a server that its holder was given it. A secret. */
  token?: string;
  /** What it is part of (W3C Trace Context), of one that leaves its process. */
  traceparent?: string;
}

/** What a worker needs to do a claimed step. */
export interface Grant {
  order: Order;
  label: string;
  /** See ResourceRecord.identity. */
  identity: Address;
  executor: string;
  claimToken: string;
  /** 1 for the first claim of the step, and so on. */
  claimNumber: number;
  leaseMs: number;
  timeoutMs: number;
  bundleDigest: string;
  /** Secrets as references. */
  spec: JsonObject;
  /** See StepRecord.adopt. */
  adopt: JsonObject | null;
  /** Keys of losses that are approved; null: all are, and none is looked for. */
  approvedLosses: string[] | null;
  prior: {
    spec: JsonObject;
    record: JsonObject | null;
    outputs: JsonObject;
    sealedState: string | null;
  } | null;
}

/** What an executor leaves behind, whatever the outcome: enough to go on or to destroy. */
export interface Remains {
  record: JsonObject | null;
  parts: ResourcePart[];
  sealedState: string | null;
}

/** Worker to server: how a step ended. */
export type Report =
  | ({ kind: 'applied'; outputs: JsonObject } & Remains)
  | { kind: 'destroyed' }
  | ({
      kind: 'inspected';
      finding: Finding;
      differences: Difference[];
      outputs: JsonObject;
    } & Remains)
  /** Only looked at: nothing of it is recorded but its drift. */
  | { kind: 'looked'; finding: Finding; differences: Difference[] }
  | { kind: 'failed'; failure: Failure; retryable: boolean; remains: Remains | null }
  | { kind: 'cancelled'; remains: Remains | null }
  /** Nothing was done: it would lose what nobody has approved. */
  | { kind: 'held'; losses: Loss[] }
  /** The executor cannot tell how it ended (killed, hung) or cannot inspect. */
  | { kind: 'unknown'; failure: Failure; remains: Remains | null };

/** Names a claimed step; the token admits its holder and nobody else. */
export interface ClaimReference {
  runId: string;
  environment: string;
  address: Address;
  claimToken: string;
  /** Of its order, where it has one. */
  orderToken?: string;
}

/** A report on its way over the bus: any server records it. */
export interface WorkerReport {
  claim: ClaimReference;
  report: Report;
  /** Shows that its sender was given the order. */
  orderToken: string;
}

/** Something to show while a step runs; never stored. */
export interface Progress {
  runId: string;
  address: Address;
  message: string;
  data: JsonValue;
}
