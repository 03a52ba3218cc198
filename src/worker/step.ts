import type { ClaimReference, Grant } from '../model/order.ts';
import { createRedactor, type Redactor } from '../platform/redactor.ts';
import { insist } from './insist.ts';
import { createStepLog, type StepLog } from './step-log.ts';
import type { Tools } from './tools.ts';

/** A claimed step while it is in hand. */
export interface Step {
  tools: Tools;
  grant: Grant;
  claim: ClaimReference;
  /** Aborted for a cancellation, a timeout, or because the claim is lost. */
  signal: AbortSignal;
  /** Aborted once the claim is lost; reports and checkpoints are tried until then. */
  lost: AbortSignal;
  /** See ClaimKeeper. */
  confirm(): Promise<void>;
  redactor: Redactor;
  log: StepLog;
}

const LOG_ATTEMPTS_MAX = 5;

export function openStep(facts: Omit<Step, 'redactor' | 'log'>): Step {
  const { tools, grant, claim, lost } = facts;
  const { clock, random, desk, log, limits } = tools;
  const terms = { clock, random, signal: lost, attemptsMax: LOG_ATTEMPTS_MAX };
  return {
    ...facts,
    redactor: createRedactor(),
    log: createStepLog({
      clock,
      bytesMax: limits.stepLogBytesMax,
      send: (offset, text) => insist(() => desk.log(claim, grant.claimNumber, offset, text), terms),
      onGivenUp: (error) => {
        log.warn({ ...placeOf(grant), err: error }, 'A part of a step log could not be kept.');
      },
    }),
  };
}

/** Binds a sealed state to its resource. */
export function sealContext({ environment, identity }: Sealed): string {
  return `${environment}/${identity}`;
}

export interface Sealed {
  environment: string;
  identity: Grant['identity'];
}

export function insistence({ tools, lost }: Step) {
  return { clock: tools.clock, random: tools.random, signal: lost };
}

/** Where a step is, for the log of the process. */
export function placeOf({ order, label }: Grant) {
  const { runId, environment, operation, attempt } = order;
  return { run: runId, environment, step: label, operation, attempt };
}
