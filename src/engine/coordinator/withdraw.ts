import { isRemoteWorker } from '../../model/remote-worker.ts';
import type { Failure } from '../../model/run.ts';
import {
  cancelStep,
  failStep,
  loseStep,
  recallStep,
  restartStep,
  type StepRecord,
  skipStep,
} from '../../model/step.ts';
import type { EngineContext } from '../context.ts';
import { type Decision, decideStep, noDecision } from '../decision.ts';
import { isInspectable } from '../inspectable.ts';
import { putResource, stepEvent } from '../transactions.ts';
import type { RunView } from './run-view.ts';

/** Steps that can never go because one before them did not succeed. */
export function skipDoomed(context: EngineContext, view: RunView): Decision {
  const decision = noDecision();
  const nowMs = context.clock.nowMs();
  for (const { address, cause } of view.readiness.doomed()) {
    const stored = view.step(address);
    if (stored.value.status !== 'pending' && stored.value.status !== 'parked') continue;
    const causeLabel = view.step(cause).value.label;
    const step = skipStep(stored.value, skippedBecause(causeLabel, stored.value), nowMs);
    decideStep(decision, stored, step, stepEvent('step.skipped', step, { cause: causeLabel }));
  }
  return decision;
}

/** What is left when nothing can go on: it waits for a step whose outcome nobody knows. */
export function skipBlocked(context: EngineContext, view: RunView): Decision {
  const decision = noDecision();
  const nowMs = context.clock.nowMs();
  const unknown = [...view.readiness.withStatus('unknown')].map(
    (key) => view.step(key).value.label,
  );
  for (const address of view.readiness.withStatus('pending')) {
    const stored = view.step(address);
    const step = skipStep(stored.value, skippedBecause(unknown.join(', '), stored.value), nowMs);
    decideStep(
      decision,
      stored,
      step,
      stepEvent('step.skipped', step, { cause: unknown.join(', ') }),
    );
  }
  return decision;
}

function skippedBecause(cause: string, step: StepRecord) {
  return {
    code: 'STEP_SKIPPED' as const,
    message: `${step.label} was skipped because ${cause} did not succeed.`,
    detail: null,
    address: step.address,
  };
}

/**
 * A cancellation: whatever has not begun never will. What runs is told by heartbeat and hint. What is
 * unknown is still found out: its inspection stays ordered, unless the order is of an earlier epoch.
 */
export function cancelWaiting(context: EngineContext, view: RunView): Decision {
  const decision = recallStale(view, isInspection);
  const nowMs = context.clock.nowMs();
  for (const status of ['pending', 'parked', 'dispatched'] as const) {
    for (const address of view.readiness.withStatus(status)) {
      const stored = view.step(address);
      if (status === 'dispatched' && isInspection(stored.value)) continue;
      const step = cancelStep(stored.value, nowMs);
      decideStep(decision, stored, step, stepEvent(`step.${step.status}`, step));
    }
  }
  return decision;
}

function isInspection({ operation }: StepRecord): boolean {
  return operation === 'inspect';
}

/** Orders of an earlier epoch: their claims would be refused, so they are given out anew. */
export function recallStale(
  view: RunView,
  concerns: (step: StepRecord) => boolean = () => true,
): Decision {
  const decision = noDecision();
  for (const address of view.readiness.withStatus('dispatched')) {
    const stored = view.step(address);
    if (stored.value.runEpoch === view.run.value.epoch || !concerns(stored.value)) continue;
    const step = recallStep(stored.value);
    decideStep(decision, stored, step, stepEvent('step.recalled', step));
  }
  return decision;
}

/**
 * Steps whose worker is gone: how far they came has to be found out before anything else. What died
 * with its process is not counted as a loss; a worker that fell silent in this one is.
 */
export function loseAbandoned(context: EngineContext, view: RunView, judged: Judged): Decision {
  const decision = noDecision();
  for (const address of view.readiness.withStatus('running')) {
    const stored = view.step(address);
    const loss = lossOf(context, stored.value, judged);
    if (loss === null) continue;
    if (stored.value.operation === 'look') {
      const { step, event } = lostLook(context, stored.value, loss);
      decideStep(decision, stored, step, event);
      continue;
    }
    const lost = lostStep(context, view, stored.value, loss);
    decideStep(decision, stored, lost, stepEvent('step.unknown', lost));
    const resource = view.resources.get(address)?.value;
    if (resource !== undefined)
      decision.writes.push(putResource({ ...resource, status: 'unknown' }));
  }
  return decision;
}

type Loss = 'dead' | 'silent';

interface Judged {
  /** When this process was awake: it may have slept since, and its workers with it. */
  atMs: number;
  /** Since when it holds the run. */
  heldFromMs: number;
}

function lossOf(
  { settings, holder }: EngineContext,
  step: StepRecord,
  { atMs, heldFromMs }: Judged,
): Loss | null {
  if (step.claim === null) return null;
  const isRemote = isRemoteWorker(step.claim);
  const isOurs = isRemote || step.claim.worker.startsWith(holder);
  if (settings.otherHoldersAreDead && !isOurs) return 'dead';
  // While nobody held the run nobody heard it: its report may wait on the bus.
  const heardUntilMs = isRemote ? heldFromMs + settings.claimLeaseMs : 0;
  if (atMs <= Math.max(step.claim.expiresAtMs, heardUntilMs)) return null;
  return isOurs ? 'silent' : 'dead';
}

/** It changed nothing, so it is made again; unless its workers may die of it. */
function lostLook({ clock, settings }: EngineContext, before: StepRecord, loss: Loss) {
  const losses = before.losses + (loss === 'silent' ? 1 : 0);
  if (losses <= settings.lossesMax) {
    const step = { ...restartStep(before), attempt: before.attempt - 1, losses };
    return { step, event: stepEvent('step.recalled', step) };
  }
  const step = failStep(before, lossFailure(before), clock.nowMs());
  return { step, event: stepEvent('step.failed', step, { failure: { ...step.failure } }) };
}

function lossFailure(step: StepRecord): Failure {
  const message = `The worker of ${step.label} was lost in the middle of attempt ${step.attempt}.`;
  return { code: 'STEP_LOST', message, detail: null, address: step.address };
}

function lostStep(context: EngineContext, view: RunView, step: StepRecord, loss: Loss): StepRecord {
  const spec = step.spec ?? view.resources.get(step.address)?.value.spec ?? {};
  const isInspection = step.operation === 'inspect';
  const isTriedOut =
    isInspection && loss === 'silent' && step.inspections >= context.settings.inspectionsMax;
  const needsResolve = !isInspectable(context, step.executor, spec) || isTriedOut;
  const lost = loseStep(step, lossFailure(step), { needsResolve, notBeforeMs: null });
  return loss === 'dead' ? { ...lost, losses: step.losses } : lost;
}
