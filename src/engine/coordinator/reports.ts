import type { ClaimReference, Report } from '../../model/order.ts';
import { decideReport, isAdmitted } from '../attempt/decide-report.ts';
import { reportedOf } from '../attempt/reported.ts';
import type { EngineContext } from '../context.ts';
import { type Decision, mergeDecisions } from '../decision.ts';
import type { RunView } from './run-view.ts';

/** A report that waits for the next decision about its run: it is recorded with that. */
export interface BroughtReport {
  claim: ClaimReference;
  report: Report;
  /** True: it is recorded. False: it was not decided about here, see what the store says of it. */
  settle(isRecorded: boolean): void;
}

/** What reports make of their steps, taken in by the view already. */
export interface Told {
  decision: Decision;
  brought: BroughtReport[];
  /** The view as it was before: nothing of it was committed. */
  takeBack(): void;
}

/** Those that the view cannot judge are passed on: it may be behind, or they may be too late. */
export function hearReports(
  context: EngineContext,
  view: RunView,
  reports: readonly BroughtReport[],
): Told {
  const told: { decision: Decision; brought: BroughtReport }[] = [];
  const undo: (() => void)[] = [];
  for (const brought of reports) {
    const decision = conclusionOf(context, view, brought);
    if (decision === undefined) {
      brought.settle(false);
      continue;
    }
    undo.push(view.assume(decision.writes));
    told.push({ decision, brought });
  }
  return {
    decision: mergeDecisions(told.map(({ decision }) => decision)),
    brought: told.map(({ brought }) => brought),
    takeBack: () => {
      for (const takeBack of undo.reverse()) takeBack();
    },
  };
}

function conclusionOf(
  context: EngineContext,
  view: RunView,
  { claim, report }: BroughtReport,
): Decision | undefined {
  const step = view.steps.get(claim.address);
  const resource = view.resources.get(claim.address);
  if (step === undefined || resource === undefined) return undefined;
  if (!isAdmitted(context, claim, step)) return undefined;
  return decideReport(context, { claim, report }, reportedOf(view.run.value, step, resource));
}
