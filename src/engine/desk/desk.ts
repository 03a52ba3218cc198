import type { Desk } from '../../desk/desk.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { ClaimReference } from '../../model/order.ts';
import { renewClaim, type StepRecord, stepKey } from '../../model/step.ts';
import type { Store, Stored } from '../../store/store.ts';
import { stateWrites } from '../attempt/records.ts';
import type { HeldRuns } from '../coordinator/held-runs.ts';
import { decideAnew } from '../decide-anew.ts';
import { findBundle } from '../find-bundle.ts';
import { isRecorded } from '../is-recorded.ts';
import { putStep, stepUnchanged } from '../transactions.ts';
import { claimOrder, type DeskTools, grantClaimed } from './claim.ts';
import { recordReport } from './report.ts';

/** Answers workers from the store, so that any replica can; with its own runs it is quicker. */
export function createDesk(tools: DeskTools & { held: HeldRuns }): Desk {
  const { context, held } = tools;
  const { store, clock, settings } = context;

  const claimed = (claim: ClaimReference) => claimedStep(store, claim);

  async function heartbeat(claim: ClaimReference): Promise<'go-on' | 'cancel' | 'stop'> {
    const [step, run] = await Promise.all([claimed(claim), store.get('runs', claim.runId)]);
    if (step === undefined || run === undefined) return 'stop';
    const renewed = renewClaim(step.value, clock.nowMs() + settings.claimLeaseMs);
    await store.commit({
      scope: claim.environment,
      expect: [stepUnchanged(step)],
      writes: [putStep(renewed)],
      events: [],
    });
    // How a step ended is found out also for a run that is to end.
    const goesOn = run.value.cancelRequestedAtMs === null || step.value.operation === 'inspect';
    return goesOn ? 'go-on' : 'cancel';
  }

  async function checkpoint(claim: ClaimReference, sealedState: string): Promise<void> {
    const step = await claimed(claim);
    if (step === undefined) throw notYours(claim);
    const writes = stateWrites(step.value, sealedState, { nowMs: clock.nowMs() });
    const expect = [stepUnchanged(step)];
    await store.commit({ scope: claim.environment, expect, writes, events: [] });
  }

  return {
    claim: async (order, worker, attempt) => {
      const known = held.claimedFor(worker, order);
      if (known === undefined) return claimOrder(tools, { order, worker, attempt });
      return grantClaimed(context, known.claimed, known.run);
    },
    heartbeat: (claim) => decideAnew(context, () => heartbeat(claim)),
    // A heartbeat may come in between: a second look tells whether the claim is lost.
    checkpoint: (claim, state) => decideAnew(context, () => checkpoint(claim, state)),
    async log(claim, claimNumber, offset, text) {
      const { runId, address } = claim;
      await store.appendLog({ runId, address, claimNumber, offset, text });
    },
    report: async (claim, report) => {
      const isRecorded = await held.bring(claim, report);
      return isRecorded ? 'recorded' : recordReport(context, claim, report);
    },
    bundle: (digest) => findBundle(store, digest),
    isRecorded: (owner) => isRecorded(store, owner),
  };
}

/** Undefined: the claim is not the current one. */
export async function claimedStep(
  store: Store,
  claim: ClaimReference,
): Promise<Stored<StepRecord> | undefined> {
  const stored = await store.get('steps', stepKey(claim.runId, claim.address));
  const isCurrent =
    stored?.value.status === 'running' && stored.value.claim?.token === claim.claimToken;
  return isCurrent ? stored : undefined;
}

export function notYours(claim: ClaimReference): BiotopeError {
  return new BiotopeError('CLAIM_REFUSED', {
    message: `Step ${claim.address} of run ${claim.runId} is not held under this claim any more.`,
    facts: { run: claim.runId, address: claim.address },
  });
}
