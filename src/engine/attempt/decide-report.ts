import type { ClaimReference } from '../../desk/desk.ts';
import type { Report } from '../../model/order.ts';
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
  const { expect, writes, events } = concludeReport(context, reported, report);
  return {
    expect: [stepUnchanged(reported.step), resourceUnchanged(claim, reported), ...expect],
    writes: writes.map((write) => signed(write, claim)),
    events,
  };
}

/** What is remembered of the step may be newer than what is remembered of the resource. */
function resourceUnchanged(
  { environment, address }: ClaimReference,
  { resourceRevision: revision }: Reported,
): Expectation {
  return { collection: 'resources', key: resourceKey(environment, address), revision };
}

/** The step remembers whose report it has, for one that comes again because its answer was lost. */
function signed(write: Write, { claimToken }: ClaimReference): Write {
  if (write.collection !== 'steps' || write.kind === 'delete') return write;
  return { ...write, value: { ...write.value, reportedClaim: claimToken } };
}
