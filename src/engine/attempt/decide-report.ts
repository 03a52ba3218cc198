import type { ClaimReference, Report } from '../../model/order.ts';
import { resourceKey } from '../../model/resource.ts';
import type { StepRecord } from '../../model/step.ts';
import type { Expectation, Stored, Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import { stepUnchanged } from '../transactions.ts';
import { concludeReport } from './outcome.ts';
import type { Reported } from './reported.ts';

/** Only who holds the step's current claim tells how it ended. */
export function isAdmitted(
  { clusterEpoch }: Pick<EngineContext, 'clusterEpoch'>,
  claim: ClaimReference,
  { value }: Stored<StepRecord>,
): boolean {
  return (
    value.status === 'running' &&
    value.claim?.token === claim.claimToken &&
    value.clusterEpoch === clusterEpoch
  );
}

/** How an admitted report ends its step, with its resource, its state and the events. */
export function decideReport(
  context: EngineContext,
  { claim, report }: { claim: ClaimReference; report: Report },
  reported: Reported,
): Decision {
  const decision = decideEnd(context, interruptedAction(report, reported), reported);
  return { ...decision, writes: decision.writes.map((write) => signed(write, claim)) };
}

/**
 * An action that was ended because its worker shuts down is not begun again by itself: nobody knows
 * what it had done by then.
 */
function interruptedAction(report: Report, { step: { value: step }, run }: Reported): Report {
  if (report.kind !== 'cancelled' || step.action !== 'act') return report;
  if (run.cancelRequestedAtMs !== null) return report;
  const message =
    `${step.label} was asked to end because its worker was shut down, and did so. It is not begun ` +
    'again by itself: its log says how far it came.';
  const failure = { code: 'INTERRUPTED', message, detail: null, address: step.address } as const;
  return { kind: 'failed', failure, retryable: false, remains: report.remains };
}

/** Nobody came for the claim: its step goes back as one that was interrupted before it began. */
export function decideReturn(context: EngineContext, reported: Reported): Decision {
  return decideEnd(context, { kind: 'cancelled', remains: null }, reported);
}

function decideEnd(context: EngineContext, report: Report, reported: Reported): Decision {
  const { expect, writes, events } = concludeReport(context, reported, report);
  const rests = [stepUnchanged(reported.step), resourceUnchanged(reported)];
  return { expect: [...rests, ...expect], writes, events };
}

/** What is remembered of the step may be newer than what is remembered of the resource. */
function resourceUnchanged({ step, resourceRevision: revision }: Reported): Expectation {
  const { environment, address } = step.value;
  return { collection: 'resources', key: resourceKey(environment, address), revision };
}

/** The step remembers whose report it has, for one that comes again because its answer was lost. */
function signed(write: Write, { claimToken }: ClaimReference): Write {
  if (write.collection !== 'steps' || write.kind === 'delete') return write;
  return { ...write, value: { ...write.value, reportedClaim: claimToken } };
}
