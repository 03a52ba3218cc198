import {
  type EnvironmentRecord,
  isSettled,
  letGo,
  settleDestroyed,
  settleFailed,
  settleOk,
  startDeploying,
} from '../../model/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Order } from '../../model/order.ts';
import { cancelRun, type Failure, failRun, type RunRecord, succeedRun } from '../../model/run.ts';
import type { StepRecord } from '../../model/step.ts';
import type { EngineContext } from '../context.ts';
import type { Decision } from '../decision.ts';
import { environmentEvent, put, putRun, runEvent, unchanged } from '../transactions.ts';
import type { RunView } from './run-view.ts';

/** How a run ended, once none of its steps can go on. Null: everything it had to do is done. */
export function defeatOf(view: RunView): Failure | null {
  const at = (status: StepRecord['status']) =>
    [...view.readiness.withStatus(status)].map((address) => view.step(address).value);
  const unknown = at('unknown');
  const failed = at('failed');
  const skipped = at('skipped');
  const open = unknown.length + failed.length + at('cancelled').length + skipped.length;
  if (open === 0) return null;
  const first = failed[0] ?? unknown[0] ?? skipped[0];
  const said = describeDefeat(failed, unknown);
  if (view.run.value.cancelRequestedAtMs !== null) return cancelledFailure(view, said);
  const facts = { detail: first?.failure?.message ?? null, address: first?.address ?? null };
  if (said === '') return { code: 'STEP_SKIPPED', message: resolvedTooLate(skipped), ...facts };
  return { code: unknown.length > 0 ? 'RESOURCE_UNKNOWN' : 'STEP_FAILED', message: said, ...facts };
}

const labels = (steps: StepRecord[]) => steps.map((step) => step.label).join(', ');

/** The run had given up what was behind an unknown step, and then somebody told how that had ended. */
function resolvedTooLate(skipped: StepRecord[]): string {
  return (
    `${labels(skipped)} did not begin: how a step before it had ended was told only after the run ` +
    'had given it up. A retry goes on there.'
  );
}

function describeDefeat(failed: StepRecord[], unknown: StepRecord[]): string {
  const parts = [];
  if (failed.length > 0) parts.push(`${labels(failed)} failed`);
  if (unknown.length > 0) {
    parts.push(`how ${labels(unknown)} ended is not known: see "biotope run resolve"`);
  }
  return parts.length === 0 ? '' : `${parts.join('; ')}.`;
}

export function cancelledFailure(view: RunView, said = ''): Failure {
  const { id, cancelReason } = view.run.value;
  const reason = cancelReason === null ? '.' : `: ${cancelReason}`;
  return {
    code: 'RUN_CANCELLED',
    message: `Run ${id} was cancelled${reason} ${said}`.trim(),
    detail: null,
    address: null,
  };
}

/** Built; now it has to show that it lives. */
export function toValidating(view: RunView, environment: EnvironmentRecord): Decision {
  return changeEnvironment(view, environment, []);
}

export function toSucceeded(
  context: EngineContext,
  view: RunView,
  before = view.environment.value,
): Decision {
  const nowMs = context.clock.nowMs();
  const run = succeedRun(view.run.value, nowMs);
  if (run.kind === 'action') return settleRun(view, { ...run, outputs: outputsOf(view) });
  if (isOnlyLooking(view)) return settleRun(view, run);
  const environment = run.kind === 'destroy' ? settleDestroyed(before, nowMs) : settleOk(before);
  return changeEnvironment(view, environment, [run]);
}

export function toDefeated(context: EngineContext, view: RunView, failure: Failure): Decision {
  const nowMs = context.clock.nowMs();
  const end = failure.code === 'RUN_CANCELLED' ? cancelRun : failRun;
  const run = end(view.run.value, failure, nowMs);
  if (run.kind === 'action' || isOnlyLooking(view)) return settleRun(view, run);
  const environment = {
    ...settleFailed(view.environment.value, failure),
    resourceCount: view.resources.size,
  };
  return changeEnvironment(view, environment, [run]);
}

/** The end of a run that made nothing of its environment, which stays as it was, and is let go. */
function settleRun(view: RunView, run: RunRecord): Decision {
  const environment = letGo(view.environment.value);
  const { events, ...decision } = changeEnvironment(view, environment, []);
  const failure = run.failure === null ? {} : { failure: { ...run.failure } };
  const facts = { ...(run.kind === 'action' ? { action: run.action ?? null } : {}), ...failure };
  return {
    ...decision,
    writes: [...decision.writes, putRun(run)],
    events: [runEvent(`run.${run.status}`, run, facts)],
  };
}

function outputsOf(view: RunView): JsonObject | null {
  const [step] = view.steps.values();
  return step?.value.outputs ?? null;
}

/** It reconciles and has healed nothing until now: how that ends says nothing of the environment. */
export function isOnlyLooking({ run, environment }: RunView): boolean {
  return run.value.kind === 'reconcile' && isSettled(environment.value);
}

/** The first of its orders that changes anything. */
export function beginsHealing(view: RunView, orders: readonly Order[]): boolean {
  return isOnlyLooking(view) && orders.some(({ operation }) => operation !== 'look');
}

/** What was found is healed: from here on it is a build. */
export function toHealing(view: RunView): Decision {
  return changeEnvironment(view, startDeploying(view.environment.value, view.run.value.id), []);
}

function changeEnvironment(
  view: RunView,
  environment: EnvironmentRecord,
  runs: RunRecord[],
): Decision {
  const facts = { environment: environment.name, runId: view.run.value.id };
  const failure = environment.failure === null ? {} : { failure: { ...environment.failure } };
  return {
    expect: [unchanged('environments', environment.name, view.environment)],
    writes: [put('environments', environment.name, environment), ...runs.map(putRun)],
    events: [
      environmentEvent(`environment.${environment.status}`, facts, failure),
      ...runs.map((run) => runEvent(`run.${run.status}`, run, failure)),
    ],
  };
}
