import type { Address } from './address.ts';
import type { Approved, RunApproval } from './approval.ts';
import { BiotopeError, type ErrorCode } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { WantedSchedule } from './schedule.ts';
import type { TemplateReference } from './template.ts';

/**
 * States of a run:
 *
 *   queued -> planning -> running -> succeeded | failed | cancelled
 *   queued -> awaiting-approval -> planning (it is planned, and asked about, before it begins)
 *   planning -> awaiting-approval (what was approved is not what would be done now)
 *   awaiting-approval -> running (what its steps were held for is approved)
 *   queued, planning, awaiting-approval -> failed | cancelled
 *   running -> awaiting-approval (a step would remove or replace what nobody approved)
 *   planning -> planning, running -> running: another holder takes the lease, the epoch rises
 */
export type RunStatus =
  | 'queued'
  | 'planning'
  | 'awaiting-approval'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled';

export type RunKind = 'create' | 'update' | 'destroy' | 'reconcile' | 'action';

/** Why something failed, for a person and for a program. Holds no secret and no stack. */
export interface Failure {
  code: ErrorCode;
  message: string;
  /** Terraform's diagnostics, a command's last lines; bounded. */
  detail: string | null;
  address: string | null;
  /** The backing system that was away; absent: it was something else. */
  system?: string;
}

export interface Lease {
  holder: string;
  expiresAtMs: number;
}

export interface RunSummary {
  create: number;
  change: number;
  adopt: number;
  rotate: number;
  /** Depend on what is known only during the run: each is then changed or left. */
  decide: number;
  remove: number;
  unchanged: number;
  /** Are looked at; absent in older records. */
  look?: number;
}

/** What a command asks of single resources. */
export interface Asked {
  /**
   * What is adopted instead of made, with what its executor needs to find it. Null: an adoption
   * that did not succeed is given up, and the resource is made.
   */
  adopt: Record<Address, JsonObject | null>;
  /** What has to make a new version of what it generated. */
  rotate: Address[];
}

export const NOTHING_ASKED: Asked = { adopt: {}, rotate: [] };

/** What a run of kind `reconcile` is to do. */
export interface Reconciliation {
  /** Null: what has drifted is healed where the template says so. */
  heal: boolean | null;
  /** Labels, addresses or ids of what is looked at; empty: everything. */
  resources: string[];
}

export interface RunRecord {
  id: string;
  environment: string;
  kind: RunKind;
  status: RunStatus;
  /** Place in the environment's line: the order of acceptance decides, not the clock. */
  order: number;
  /** Null for destroy, which needs no template, and for reconcile until it begins. */
  template: TemplateReference | null;
  /** Of an action: its arguments. Secrets as references. */
  parameters: JsonObject;
  /** The action's name. Null, or absent in older records, for every other kind. */
  action?: string | null;
  asked: Asked;
  /** Null for other kinds; absent in older records. */
  reconcile?: Reconciliation | null;
  description: string | null;
  tags: string[] | null;
  /** Null: as it was. */
  protect: boolean | null;
  /** Whether each run of the environment needs an approval from now on. Null: as it was. */
  requireApproval: boolean | null;
  /** Null: nobody asks for one. */
  approval: RunApproval | null;
  plannedDestructionAtMs: number | null;
  /** When the environment is to be reconciled by itself; absent: as it was. */
  schedule?: WantedSchedule | undefined;
  commandSource: string;
  commandId: string;
  /** What the command was part of (W3C Trace Context); null, or absent in older records: nothing. */
  traceparent?: string | null;
  retryOf: string | null;
  /** Raised each time a holder takes the run; orders and reports of older epochs are refused. */
  epoch: number;
  clusterEpoch: number;
  lease: Lease | null;
  cancelRequestedAtMs: number | null;
  /** As whoever cancelled it said; null: nothing was said. */
  cancelReason: string | null;
  summary: RunSummary | null;
  failure: Failure | null;
  /** What an action returned; secret ones as references. Null or absent: nothing, so far. */
  outputs?: JsonObject | null;
  acceptedAtMs: number;
  startedAtMs: number | null;
  finishedAtMs: number | null;
}

const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['planning', 'awaiting-approval', 'failed', 'cancelled'],
  planning: ['awaiting-approval', 'running', 'failed', 'cancelled'],
  'awaiting-approval': ['running', 'planning', 'failed', 'cancelled'],
  running: ['awaiting-approval', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

export const UNFINISHED_RUN: readonly RunStatus[] = [
  'queued',
  'planning',
  'awaiting-approval',
  'running',
];

/** Before that nothing of it is to be seen in its environment. */
export function isRunBegun(run: RunRecord): boolean {
  return run.startedAtMs !== null;
}

export function isRunFinished(run: RunRecord): boolean {
  return NEXT[run.status].length === 0;
}

function move(run: RunRecord, status: RunStatus): RunRecord {
  if (!NEXT[run.status].includes(status)) {
    throw new BiotopeError('ILLEGAL_TRANSITION', {
      message: `Run ${run.id} cannot go from ${run.status} to ${status}.`,
    });
  }
  return { ...run, status };
}

/** Takes a run, queued or left by another holder. The epoch rises, which fences the old holder. */
export function takeRun(
  run: RunRecord,
  lease: Lease,
  clusterEpoch: number,
  atMs: number,
): RunRecord {
  if (isRunFinished(run)) return move(run, 'planning');
  const planning = run.status === 'queued' ? move(run, 'planning') : run;
  const taken = isRunBegun(run) ? run : { ...planning, startedAtMs: atMs };
  return { ...taken, epoch: run.epoch + 1, clusterEpoch, lease };
}

export function renewLease(run: RunRecord, expiresAtMs: number): RunRecord {
  return run.lease === null ? run : { ...run, lease: { ...run.lease, expiresAtMs } };
}

/** Hands the run back at a clean stop, so that nobody has to wait for the lease to end. */
export function releaseRun(run: RunRecord): RunRecord {
  return { ...run, lease: null };
}

export function startRunning(run: RunRecord, summary: RunSummary): RunRecord {
  return { ...move(run, 'running'), summary };
}

/** People are to look at this plan. Nobody holds the run meanwhile. */
export function awaitApproval(run: RunRecord, approval: RunApproval): RunRecord {
  const waiting = run.status === 'awaiting-approval' ? run : move(run, 'awaiting-approval');
  return { ...waiting, approval, lease: null };
}

/** It goes on where it was: with its plan, which is made anew and compared, or with its steps. */
export function approveRun(run: RunRecord, approved: Approved): RunRecord {
  const status = run.summary === null ? 'planning' : 'running';
  const approval = run.approval === null ? null : { ...run.approval, approved };
  return { ...move(run, status), approval };
}

export function requestCancel(
  run: RunRecord,
  atMs: number,
  reason: string | null = null,
): RunRecord {
  if (run.cancelRequestedAtMs !== null) return run;
  return { ...run, cancelRequestedAtMs: atMs, cancelReason: reason };
}

export function succeedRun(run: RunRecord, atMs: number): RunRecord {
  return { ...move(run, 'succeeded'), lease: null, finishedAtMs: atMs };
}

export function failRun(run: RunRecord, failure: Failure, atMs: number): RunRecord {
  return { ...move(run, 'failed'), failure, lease: null, finishedAtMs: atMs };
}

export function cancelRun(run: RunRecord, failure: Failure, atMs: number): RunRecord {
  return { ...move(run, 'cancelled'), failure, lease: null, finishedAtMs: atMs };
}
