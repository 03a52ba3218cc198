import type { Biotope } from '../../../compose/seat/contract.ts';
import { runDocument, shownPlanDocument, stepDocument } from '../../../documents/documents.ts';
import { findEnvironment, findRun, inOrder, runsOf } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import { runPage, runTable } from '../../pages/runs.ts';
import { waitDocument } from '../../pages/wait.ts';
import type { Answer } from '../../session.ts';
import { createRunReader } from './follow-run.ts';

export async function listRuns(
  store: Store,
  request: { environment: string | undefined; limit: number; nowMs: number },
): Promise<Answer> {
  const { environment, limit, nowMs } = request;
  const runs = await runsOf(store, { environment, limit });
  // An environment that waits to be created has runs and no record.
  if (runs.length === 0 && environment !== undefined) await findEnvironment(store, environment);
  return {
    lines: (palette) => runTable(runs, { palette, nowMs }),
    document: { runs: runs.map(runDocument) },
    names: runs.map(({ id }) => id),
  };
}

/** `wanted`: a run's id, or an environment for its newest run. */
export async function viewRun(biotope: Biotope, wanted: string): Promise<Answer> {
  const { id } = await findRun(biotope.store, wanted);
  const { run, waiting, nowMs, plan, ...view } = await createRunReader(biotope, id)();
  const steps = inOrder(view.steps);
  const isInterrupted = (await biotope.interruptedRuns()).some((one) => one.id === id);
  return {
    lines: (palette) => runPage({ run, steps, waiting, isInterrupted, plan }, { palette, nowMs }),
    document: {
      run: runDocument(run),
      ...(plan === undefined ? {} : { plan: shownPlanDocument(plan) }),
      steps: steps.map(stepDocument),
      waiting: waiting.map(waitDocument),
    },
  };
}
