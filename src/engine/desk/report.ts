import type { ClaimReference, Report } from '../../model/order.ts';
import { resourceKey, stateKey } from '../../model/resource.ts';
import { stepKey } from '../../model/step.ts';
import { decideReport, isAdmitted } from '../attempt/decide-report.ts';
import { stateWrites } from '../attempt/records.ts';
import { type Reported, reportedOf } from '../attempt/reported.ts';
import type { EngineContext } from '../context.ts';
import { decideAnew } from '../decide-anew.ts';
import { stepEvent, unchanged } from '../transactions.ts';

/**
 * Records how a step ended, with its resource, its state and the events, in one transaction. A
 * report of a claim that is not the current one changes nothing; its state is kept as evidence.
 */
export function recordReport(
  context: EngineContext,
  claim: ClaimReference,
  report: Report,
): Promise<'recorded' | 'refused'> {
  return decideAnew(context, async () => {
    const reported = await readReported(context, claim);
    if (reported?.step.value.reportedClaim === claim.claimToken) return 'recorded';
    if (reported === undefined || !isAdmitted(context, claim, reported.step)) {
      await keepEvidence(context, claim, report);
      return 'refused';
    }
    const decision = decideReport(context, { claim, report }, reported);
    context.failpoint('report.before-commit');
    await context.store.commit({ scope: claim.environment, ...decision });
    context.failpoint('report.after-commit');
    return 'recorded';
  });
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
  if (report.kind === 'destroyed' || report.kind === 'looked') return null;
  return report.kind === 'held' ? null : (report.remains?.sealedState ?? null);
}
