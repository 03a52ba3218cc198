import type { CommandData } from '../../bus/messages/commands.ts';
import { approvalNeeded } from '../../model/approval.ts';
import { noRun } from '../../model/not-there.ts';
import {
  type Asked,
  cancelRun,
  type Failure,
  isRunBegun,
  isRunFinished,
  type RunRecord,
  requestCancel,
} from '../../model/run.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import type { CommandIdentity } from '../engine.ts';
import { putRun, runEvent, runUnchanged } from '../transactions.ts';
import { readLine } from './line.ts';
import { acceptRun } from './new-run.ts';
import { type Acceptance, refuse } from './verdict.ts';

export async function readRun(context: EngineContext, id: string): Promise<Stored<RunRecord>> {
  const stored = await context.store.get('runs', id);
  if (stored !== undefined) return stored;
  throw noRun(id);
}

/** A run that has not begun is cancelled here and now; another one is asked to end. */
export async function acceptCancel(
  context: EngineContext,
  data: CommandData['run.cancel'],
): Promise<Acceptance> {
  const stored = await readRun(context, data.run);
  const { value: run } = stored;
  if (isRunFinished(run)) {
    throw refuse('RUN_FINISHED', {
      message: `Run ${run.id} has ended already: it ${describeEnd(run)}.`,
      facts: { run: run.id, status: run.status },
    });
  }
  const nowMs = context.clock.nowMs();
  const reason = data.reason ?? null;
  const next = isRunBegun(run)
    ? requestCancel(run, nowMs, reason)
    : cancelRun({ ...run, cancelReason: reason }, unbegunFailure(run, reason), nowMs);
  return {
    scope: run.environment,
    expect: [runUnchanged(stored)],
    writes: [putRun(next)],
    events: [
      runEvent(next.status === 'cancelled' ? 'run.cancelled' : 'run.cancel-requested', next),
    ],
    runId: run.id,
  };
}

function unbegunFailure({ id, status }: RunRecord, reason: string | null): Failure {
  const when =
    status === 'awaiting-approval' ? 'while its plan waited for an approval' : 'before it began';
  return {
    code: 'RUN_CANCELLED',
    message: `Run ${id} was cancelled ${when}${reason === null ? '.' : `: ${reason}`}`,
    detail: null,
    address: null,
  };
}

/**
 * A new run that goes on where this one ended: what succeeded is found unchanged and left alone.
 * Only the last run of an environment can be retried: an older one would turn time back.
 */
export async function acceptRetry(
  context: EngineContext,
  identity: CommandIdentity,
  data: CommandData['run.retry'],
): Promise<Acceptance> {
  const { value: run } = await readRun(context, data.run);
  if (run.status !== 'failed' && run.status !== 'cancelled') {
    throw refuse(isRunFinished(run) ? 'RUN_FINISHED' : 'RUN_NOT_FINISHED', {
      message: isRunFinished(run)
        ? `Run ${run.id} succeeded: there is nothing to retry.`
        : `Run ${run.id} has not ended: it is ${run.status}. Cancel it first, or wait.`,
      facts: { run: run.id, status: run.status },
    });
  }
  if (run.kind === 'action') await refuseSettledAction(context, run);
  const line = await readLine(context.store, run.environment);
  if (line.order !== run.order + 1 && (await isOvertaken(context, run))) {
    throw refuse('RUN_FINISHED', {
      message:
        `Run ${run.id} is not the last one of environment ${run.environment}: ` +
        `retry the last one, or send a new command.`,
      facts: { run: run.id, environment: run.environment },
    });
  }
  const kind = run.kind === 'create' && line.willExist ? 'update' : run.kind;
  return acceptRun(
    context,
    { line, identity },
    {
      environment: run.environment,
      kind,
      order: line.order,
      ...(run.kind === 'reconcile'
        ? { template: null, parameters: {} }
        : { template: run.template, parameters: run.parameters }),
      action: run.action ?? null,
      asked: await stillAsked(context, run),
      reconcile: run.reconcile ?? null,
      description: run.description,
      tags: run.tags,
      protect: run.protect,
      requireApproval: run.requireApproval,
      approval: run.approval === null ? null : approvalNeeded(run.approval.requiredBy),
      schedule: run.schedule,
      plannedDestructionAtMs: run.plannedDestructionAtMs,
      retryOf: run.id,
    },
  );
}

/** What came later and changes nothing of what is built does not keep a build from being retried. */
async function isOvertaken({ store }: EngineContext, run: RunRecord): Promise<boolean> {
  const all = await store.find('runs', { where: { environment: run.environment } });
  return all.some(({ value }) => value.order > run.order && (isBuild(value) || !isBuild(run)));
}

/** Neither an action nor what may only look. */
function isBuild({ kind, reconcile }: RunRecord): boolean {
  return kind !== 'action' && reconcile?.heal !== false;
}

/** An action is repeated once it is known how it ended, and not where it is told to be done. */
async function refuseSettledAction({ store }: EngineContext, run: RunRecord): Promise<void> {
  const [step] = await store.find('steps', { where: { runId: run.id } });
  if (step?.value.status === 'succeeded') {
    throw refuse('RUN_FINISHED', {
      message:
        `${step.value.label} of run ${run.id} was resolved as done: there is nothing to retry. ` +
        `To do it once more: biotope action run ${run.environment} ${run.action ?? ''}`,
      facts: { run: run.id, status: run.status },
    });
  }
  if (step?.value.status !== 'unknown') return;
  throw refuse('RESOURCE_UNKNOWN', {
    message:
      `How ${step.value.label} of run ${run.id} ended is not known. Look, and say it first: ` +
      `biotope run resolve ${run.id} ${step.value.label} --as done|not-started`,
    facts: { run: run.id, step: step.value.label },
  });
}

/** What the run was asked of single resources and has not done: nothing is rotated twice. */
async function stillAsked({ store }: EngineContext, run: RunRecord): Promise<Asked> {
  const { adopt, rotate } = run.asked;
  const [steps, resources] = await Promise.all([
    store.find('steps', { where: { runId: run.id } }),
    store.find('resources', { where: { environment: run.environment } }),
  ]);
  const done = new Set(
    steps.flatMap(({ value }) => (value.status === 'succeeded' ? [value.address] : [])),
  );
  const recorded = new Map(resources.map(({ value }) => [value.address, value]));
  const open = Object.entries(adopt).filter(
    ([address]) => recorded.get(address)?.adopting !== null,
  );
  return {
    adopt: Object.fromEntries(open),
    rotate: rotate.filter((address) => !done.has(address) && recorded.has(address)),
  };
}

function describeEnd(run: RunRecord): string {
  return run.status === 'cancelled' ? 'was cancelled' : run.status;
}
