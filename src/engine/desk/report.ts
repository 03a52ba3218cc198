import type { ClaimReference } from '../../desk/desk.ts';
import type { Report } from '../../model/order.ts';
import { type ResourceRecord, resourceKey, stateKey } from '../../model/resource.ts';
import type { RunRecord } from '../../model/run.ts';
import { type StepRecord, stepKey } from '../../model/step.ts';
import type { Expectation, Stored, Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import { decideAnew } from '../decide-anew.ts';
import { stepEvent, stepUnchanged, unchanged } from '../transactions.ts';
import type { DeskTools } from './claim.ts';
import { concludeReport } from './outcome.ts';
import { stateWrites } from './records.ts';
import type { Remembered, Reported } from './reported.ts';

/**
 * Records how a step ended, with its resource, its state and the events, in one transaction. A
 * report of a claim that is not the current one changes nothing; its state is kept as evidence.
 */
export function recordReport(
  { context, remembered }: Pick<DeskTools, 'context' | 'remembered'>,
  claim: ClaimReference,
  report: Report,
): Promise<'recorded' | 'refused'> {
  return decideAnew(context, async (tries) => {
    const known = tries === 1 ? rememberedOf(remembered, claim) : undefined;
    const reported =
      known !== undefined && isAdmitted(context, claim, known)
        ? known
        : await readReported(context, claim);
    return recordOnce(context, { claim, report }, reported);
  });
}

function rememberedOf(remembered: Remembered, claim: ClaimReference): Reported | undefined {
  const view = remembered(claim.runId);
  const step = view?.steps.get(claim.address);
  const resource = view?.resources.get(claim.address);
  if (view === undefined || step === undefined || resource === undefined) return undefined;
  return reportedOf(view.run.value, step, resource);
}

function reportedOf(
  run: RunRecord,
  step: Stored<StepRecord>,
  resource: Stored<ResourceRecord> | undefined,
): Reported {
  return { run, step, resource: resource?.value, resourceRevision: resource?.revision ?? null };
}

async function recordOnce(
  context: EngineContext,
  { claim, report }: { claim: ClaimReference; report: Report },
  reported: Reported | undefined,
): Promise<'recorded' | 'refused'> {
  if (reported?.step.value.reportedClaim === claim.claimToken) return 'recorded';
  if (reported === undefined || !isAdmitted(context, claim, reported)) {
    await keepEvidence(context, claim, report);
    return 'refused';
  }
  const { expect, writes, events } = concludeReport(context, reported, report);
  context.failpoint('report.before-commit');
  await context.store.commit({
    scope: claim.environment,
    expect: [stepUnchanged(reported.step), resourceUnchanged(claim, reported), ...expect],
    writes: writes.map((write) => signed(write, claim)),
    events,
  });
  context.failpoint('report.after-commit');
  return 'recorded';
}

/** What this process remembers of the step may be newer than what it remembers of the resource. */
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

async function readReported(
  { store }: EngineContext,
  claim: ClaimReference,
): Promise<Reported | undefined> {
  const [run, step, resource] = await Promise.all([
    store.get('runs', claim.runId),
    store.get('steps', stepKey(claim.runId, claim.address)),
    store.get('resources', resourceKey(claim.environment, claim.address)),
  ]);
  if (run === undefined || step === undefined) return undefined;
  return reportedOf(run.value, step, resource);
}

function isAdmitted(
  { clusterEpoch }: EngineContext,
  claim: ClaimReference,
  { step }: Reported,
): boolean {
  const { value } = step;
  return (
    value.status === 'running' &&
    value.claim?.token === claim.claimToken &&
    value.clusterEpoch === clusterEpoch
  );
}

async function keepEvidence(
  { store, clock }: EngineContext,
  claim: ClaimReference,
  report: Report,
): Promise<void> {
  const step = await store.get('steps', stepKey(claim.runId, claim.address));
  if (step === undefined) return;
  const { value } = step;
  const key = stateKey({ ...claim, refusedClaim: claim.claimToken });
  if ((await store.get('states', key)) !== undefined) return;
  const environment = await store.get('environments', claim.environment);
  // Evidence goes with its environment: of one that is gone none is kept.
  const sealed = environment?.value.status === 'destroyed' ? null : sealedStateOf(report);
  const terms = { nowMs: clock.nowMs(), refusedClaim: claim.claimToken };
  await store.commit({
    scope: claim.environment,
    expect: [unchanged('environments', claim.environment, environment)],
    writes: stateWrites(value, sealed, terms),
    events: [stepEvent('step.report-refused', value, { outcome: report.kind })],
  });
}

function sealedStateOf(report: Report): string | null {
  if (report.kind === 'applied' || report.kind === 'inspected') return report.sealedState;
  return report.kind === 'destroyed' ? null : (report.remains?.sealedState ?? null);
}
