import { type RunSummary, startRunning } from '../../model/run.ts';
import { actionStep } from '../actions/action-step.ts';
import { findAction } from '../actions/find-action.ts';
import type { EngineContext } from '../context.ts';
import type { RunRecords } from '../coordinator/run-view.ts';
import { putRun, putStep, runEvent, runUnchanged } from '../transactions.ts';

/** An action builds nothing. */
const NOTHING_BUILT: RunSummary = {
  create: 0,
  change: 0,
  adopt: 0,
  rotate: 0,
  decide: 0,
  remove: 0,
  unchanged: 0,
};

/** Records the one step of an action's run. Throws ACTION_NOT_FOUND. */
export async function recordAction(
  context: EngineContext,
  records: RunRecords,
): Promise<RunRecords> {
  const { run, template } = records;
  const name = run.value.action ?? '';
  if (template === null) throw new Error(`run ${run.value.id} names no template`);
  const running = startRunning(run.value, NOTHING_BUILT);
  const step = actionStep(context, running, findAction(template.template, name));
  context.failpoint('plan.before-commit');
  const { number } = await context.store.commit({
    scope: run.value.environment,
    expect: [runUnchanged(run)],
    writes: [putRun(running), putStep(step)],
    events: [runEvent('run.running', running, { action: name })],
  });
  context.failpoint('plan.after-commit');
  return {
    ...records,
    run: { value: running, revision: number },
    steps: [{ value: step, revision: number }],
  };
}
