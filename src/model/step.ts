import type { Address } from './address.ts';
import type { DriftRules } from './drift.ts';
import { BiotopeError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { StepGuard } from './loss.ts';
import type { Failure } from './run.ts';

/**
 * States of a step, one resource in a run, or an action:
 *
 *   pending -> dispatched -> running -> succeeded | failed | cancelled | unknown
 *   pending -> succeeded (found unchanged) | skipped | cancelled | failed (its input cannot be made)
 *   pending, running -> parked -> pending (a system that it needs is away: see parked-step.ts)
 *   dispatched -> pending, unknown (the order is taken back, an inspection's too) | cancelled
 *   running -> pending (a failure that is worth another attempt, an interruption)
 *   unknown -> dispatched (to be inspected) | succeeded, failed, pending (resolved by a person)
 */
export type StepStatus =
  | 'pending'
  | 'dispatched'
  | 'running'
  | 'parked'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'skipped';

/** What a step does, what is ordered for it, and what it comes to. */
const DEEDS = {
  create: { operation: 'apply', result: 'created' },
  change: { operation: 'apply', result: 'changed' },
  adopt: { operation: 'adopt', result: 'adopted' },
  rotate: { operation: 'rotate', result: 'rotated' },
  remove: { operation: 'destroy', result: 'removed' },
  /** The one step of an action, which is about no resource. */
  act: { operation: 'act', result: 'done' },
  /** Whether it has drifted. One that has, and is to be healed, becomes `create` or `change`. */
  look: { operation: 'look', result: 'unchanged' },
} as const;

export type StepAction = keyof typeof DEEDS;

/** What an order asks of an executor: `inspect` how an attempt ended, `look` whether it has drifted. */
export type Operation = (typeof DEEDS)[StepAction]['operation'] | 'inspect';

export type StepResult = (typeof DEEDS)[StepAction]['result'] | 'drifted';

export function operationOf(action: StepAction): Operation {
  return DEEDS[action].operation;
}

export function resultOf(action: StepAction): StepResult {
  return DEEDS[action].result;
}

/** Who is doing a step now. The token admits its reports; another claim has another token. */
export interface Claim {
  worker: string;
  token: string;
  expiresAtMs: number;
}

/** A system that is away, and since when a step waits for it. */
export interface Parked {
  system: string;
  sinceMs: number;
}

export interface StepRecord {
  runId: string;
  environment: string;
  address: Address;
  /** See ResourceRecord.identity. */
  identity: Address;
  label: string;
  action: StepAction;
  /** Whether the resource will refuse to be removed. */
  protect: boolean;
  /** Why it is part of the run, for a person: "new", "variables.size changed", … */
  reason: string;
  executor: string;
  pool: string;
  /**
   * What comes before it: for a build all that the resource depends on, for a removal all that
   * depends on it. Those that are no steps of this run are as they should be already.
   */
  after: Address[];
  /** What the executor needs to find what it is to adopt; null for every other action. */
  adopt: JsonObject | null;
  /** Absent, or null: whatever its executor would do is approved. */
  guard?: StepGuard | null;
  /** How what a look finds is judged; null, or absent in older records: nobody looks for drift. */
  drift?: DriftRules | null;
  status: StepStatus;
  operation: Operation;
  attempt: number;
  attemptsMax: number;
  /** Pauses between attempts: the first, and the longest they grow to. */
  initialDelayMs: number;
  delayMaxMs: number;
  /** Inspections that were ordered since the outcome became unknown. */
  inspections: number;
  /** Attempts that ended with nobody knowing how. */
  losses: number;
  /** What it waits for, as `parked`, or as `unknown` and to be inspected; null, or absent: for none. */
  parked?: Parked | null;
  /** Attempts and inspections that met a system that was away, and were given back; absent: none. */
  parkings?: number;
  /** Nobody but a person can tell how it ended: see `run resolve`. */
  needsResolve: boolean;
  timeoutMs: number;
  runEpoch: number;
  clusterEpoch: number;
  /** Not before this time: the pause before another attempt. */
  notBeforeMs: number | null;
  claim: Claim | null;
  claimCount: number;
  /** The claim whose report was recorded last: the same report may come again. */
  reportedClaim: string | null;
  /** Resolved when dispatched; secrets as references. */
  spec: JsonObject | null;
  fingerprint: string | null;
  result: StepResult | null;
  /** What an action returned; absent for every other step. */
  outputs?: JsonObject;
  failure: Failure | null;
  dispatchedAtMs: number | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
}

const NEXT: Record<StepStatus, readonly StepStatus[]> = {
  pending: ['dispatched', 'succeeded', 'skipped', 'cancelled', 'failed', 'parked'],
  dispatched: ['running', 'pending', 'cancelled', 'unknown'],
  running: ['succeeded', 'failed', 'cancelled', 'unknown', 'pending', 'parked'],
  parked: ['pending', 'cancelled', 'skipped'],
  unknown: ['dispatched', 'succeeded', 'pending', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
  skipped: [],
};

/** Nothing more happens to such a step by itself. `unknown` waits for a person or an inspection. */
export function isStepFinished(step: StepRecord): boolean {
  return NEXT[step.status].length === 0;
}

export function stepKey(runId: string, address: Address): string {
  return `${runId}/${address}`;
}

/** `from`: the states this reason leads from, where others lead to the same status from elsewhere. */
export function moveStep(
  step: StepRecord,
  status: StepStatus,
  from: readonly StepStatus[] = [step.status],
): StepRecord {
  if (!NEXT[step.status].includes(status) || !from.includes(step.status)) {
    throw new BiotopeError('ILLEGAL_TRANSITION', {
      message: `Step ${step.label} of run ${step.runId} cannot go from ${step.status} to ${status}.`,
    });
  }
  return step.parked == null ? { ...step, status } : { ...step, status, parked: null };
}

export interface Dispatch {
  operation: Operation;
  spec: JsonObject | null;
  fingerprint: string | null;
  runEpoch: number;
  clusterEpoch: number;
  atMs: number;
}

/** An attempt begins. An inspection is no attempt: it only finds out how the last one ended. */
export function dispatchStep(step: StepRecord, dispatch: Dispatch): StepRecord {
  const { atMs, ...order } = dispatch;
  return {
    ...moveStep(step, 'dispatched'),
    ...order,
    attempt: dispatch.operation === 'inspect' ? step.attempt : step.attempt + 1,
    inspections: dispatch.operation === 'inspect' ? step.inspections + 1 : 0,
    notBeforeMs: null,
    dispatchedAtMs: atMs,
  };
}

export function claimStep(step: StepRecord, claim: Claim, atMs: number): StepRecord {
  return {
    ...moveStep(step, 'running'),
    claim,
    claimCount: step.claimCount + 1,
    startedAtMs: step.startedAtMs ?? atMs,
  };
}

export function renewClaim(step: StepRecord, expiresAtMs: number): StepRecord {
  return step.claim === null ? step : { ...step, claim: { ...step.claim, expiresAtMs } };
}

/** Takes back an order that nobody claimed; an apply's attempt is not spent by it. */
export function recallStep(step: StepRecord): StepRecord {
  if (step.operation === 'inspect') {
    return { ...moveStep(step, 'unknown', ['dispatched']), claim: null };
  }
  return { ...moveStep(step, 'pending', ['dispatched']), claim: null, attempt: step.attempt - 1 };
}

export function retryStep(step: StepRecord, failure: Failure, notBeforeMs: number): StepRecord {
  return { ...moveStep(step, 'pending', ['running']), claim: null, failure, notBeforeMs };
}

/** Inspected or resolved as not begun: what the lost attempt was worth is given back. */
export function restartStep(step: StepRecord): StepRecord {
  return { ...moveStep(step, 'pending', ['running', 'unknown']), claim: null, notBeforeMs: null };
}

export function succeedStep(step: StepRecord, result: StepResult, atMs: number): StepRecord {
  return { ...moveStep(step, 'succeeded'), result, claim: null, failure: null, finishedAtMs: atMs };
}

export function failStep(step: StepRecord, failure: Failure, atMs: number): StepRecord {
  return { ...moveStep(step, 'failed'), failure, claim: null, finishedAtMs: atMs };
}

export function cancelStep(step: StepRecord, atMs: number): StepRecord {
  return { ...moveStep(step, 'cancelled'), claim: null, finishedAtMs: atMs };
}

export function skipStep(step: StepRecord, failure: Failure, atMs: number): StepRecord {
  return { ...moveStep(step, 'skipped'), failure, finishedAtMs: atMs };
}

/** The worker was lost in the middle, or could not tell how it ended. */
export function loseStep(
  step: StepRecord,
  failure: Failure,
  next: { needsResolve: boolean; notBeforeMs: number | null },
): StepRecord {
  const losses = step.operation === 'inspect' ? step.losses : step.losses + 1;
  return { ...moveStep(step, 'unknown', ['running']), ...next, losses, claim: null, failure };
}
