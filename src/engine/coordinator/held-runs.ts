import type { ClaimReference, Order, Report } from '../../model/order.ts';
import type { RunRecord } from '../../model/run.ts';
import type { Claimed } from '../attempt/grant.ts';
import type { Session } from './session.ts';

/** The runs that this process holds, as others see them: the desk learns sooner here than from the store. */
export interface HeldRuns {
  /**
   * Records a report with the next decision about its run. False: this process does not hold the
   * run, or does not know better than the store.
   */
  bring(claim: ClaimReference, report: Report): Promise<boolean>;
  /** What was recorded for this worker as the order was given out; each is told once. */
  claimedFor(worker: string, order: Order): { claimed: Claimed; run: RunRecord } | undefined;
  /** A system went away, or came back. */
  lookAgain(): void;
}

export function createHeldRuns(
  sessions: ReadonlyMap<string, Session>,
  wake: (session: Session) => void,
): HeldRuns {
  return {
    async bring(claim, report) {
      const session = sessions.get(claim.runId);
      if (session === undefined) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      session.reports.push({ claim, report, settle: resolve });
      wake(session);
      return promise;
    },
    claimedFor(worker, order) {
      const session = sessions.get(order.runId);
      const claimed = session?.claims.get(order.address);
      if (session === undefined || claimed === undefined) return undefined;
      if (claimed.worker !== worker || !isSame(claimed.order, order)) return undefined;
      session.claims.delete(order.address);
      const { claim } = session.view.step(order.address).value;
      if (claim?.token !== claimed.step.claim?.token) return undefined;
      return { claimed, run: session.view.run.value };
    },
    lookAgain() {
      for (const session of sessions.values()) wake(session);
    },
  };
}

function isSame(left: Order, right: Order): boolean {
  return (
    left.attempt === right.attempt &&
    left.operation === right.operation &&
    left.runEpoch === right.runEpoch &&
    left.clusterEpoch === right.clusterEpoch
  );
}
