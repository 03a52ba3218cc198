import type { ErrorCode } from '../../../src/model/errors.ts';
import type { RunRecord } from '../../../src/model/run.ts';
import type { StepRecord } from '../../../src/model/step.ts';
import { expand } from './blueprint.ts';
import type { Chronicle } from './chronicle.ts';
import type { Model, ModelEnvironment } from './line.ts';
import { type Check, type Commit, putsOf, type Records } from './records.ts';

interface Facts {
  model: Model;
  records: Records;
  /** Whether a claim was given on it of which nobody knows how it ended. */
  isOpen(key: string): boolean;
  /** Whether a status endpoint was silent at any time since then. */
  wasSilentSince(atMs: number): boolean;
  lossesMax: number;
  parkingsMax: number;
}

/** A run that did not succeed has a reason, and a right one: nothing fails by itself. */
export function watchFailures(chronicle: Chronicle, facts: Facts): Check {
  const { model, isOpen, records } = facts;

  function stepsOf(run: RunRecord): StepRecord[] {
    return records.all('steps').filter(({ runId }) => runId === run.id);
  }

  function isRight(run: RunRecord, code: ErrorCode, existed: boolean): boolean {
    const environment = model.environment(run.environment);
    const steps = stepsOf(run);
    switch (code) {
      case 'RUN_CANCELLED':
        return model.run(run.id)?.isCancelled === true;
      case 'ENVIRONMENT_EXISTS':
        return run.kind === 'create' && existed;
      case 'ENVIRONMENT_NOT_FOUND':
        return run.kind !== 'create' && !existed;
      case 'ACTION_NOT_FOUND':
        return (
          run.kind === 'action' && environment.build?.blueprint.version !== run.template?.version
        );
      case 'STEP_FAILED':
        return steps.some(({ status }) => status === 'failed');
      case 'STEP_SKIPPED':
        return steps.some(({ status, result }) => status === 'succeeded' && result !== null);
      case 'RESOURCE_UNKNOWN':
        return steps.some(({ status }) => status === 'unknown') || hasDark(environment);
      case 'VALIDATION_FAILED':
        return facts.wasSilentSince(run.startedAtMs ?? 0);
      case 'ENVIRONMENT_PROTECTED':
        return (
          removesProtected(run, environment) || (run.kind === 'destroy' && environment.protect)
        );
      case 'ADOPTION_REFUSED':
        return (model.run(run.id)?.adopt ?? []).length > 0;
      case 'ROTATION_INVALID':
        return (model.run(run.id)?.rotate ?? []).length > 0;
      default:
        return false;
    }
  }

  function hasDark({ name, identities }: ModelEnvironment): boolean {
    return [...identities.values()].some((identity) => isOpen(`${name}/${identity}`));
  }

  function removesProtected(run: RunRecord, { identities }: ModelEnvironment): boolean {
    const build = model.run(run.id)?.build ?? null;
    const kept = build === null ? new Map() : expand(build.blueprint, build.parameters);
    return [...identities.keys()].some((address) => {
      const isGuarded = records.get('resources', `${run.environment}/${address}`)?.protect === true;
      return isGuarded && !kept.has(address);
    });
  }

  /** Of a run that is to end, or cut off too often. */
  function mayFailForIt(runId: string, parkings = 0): boolean {
    return parkings >= facts.parkingsMax || model.run(runId)?.isCancelled === true;
  }

  /** Somebody found that to be broken while people looked at the plan, and its run builds it not. */
  function readsBroken({ runId, environment, after }: StepRecord): boolean {
    return after.some((address) => {
      const isBuilt = records.get('steps', `${runId}/${address}`) !== undefined;
      return !isBuilt && records.get('resources', `${environment}/${address}`)?.status === 'failed';
    });
  }

  function seeStep(step: StepRecord): void {
    const { status, failure, runId, label, losses, action, parkings } = step;
    if (status !== 'failed' || failure === null) return;
    const isGivenUp = failure.code === 'STEP_LOST' && losses > facts.lossesMax;
    const isResolved = failure.message.includes('resolved as not started');
    const isEnded = failure.code === 'INTERRUPTED' && action === 'act';
    if (TOLD.includes(failure.code) || isGivenUp || isResolved || isEnded) return;
    if (failure.code === 'SYSTEM_UNAVAILABLE' && mayFailForIt(runId, parkings)) return;
    if (failure.message.includes('which are not known') && readsBroken(step)) return;
    chronicle.complain(`step ${label} of ${runId} failed by itself: ${failure.message}`);
  }

  function seeRun(run: RunRecord, existed: boolean): void {
    if (run.status !== 'failed' && run.status !== 'cancelled') return;
    const { code, message } = run.failure ?? { code: 'INTERNAL', message: 'nothing was said' };
    if (isRight(run, code, existed) && message !== '') return;
    chronicle.complain(
      `run ${run.id} (${run.kind}) is ${run.status} without a reason: ${code}, ${message}`,
    );
  }

  function existedBefore(commit: Commit, name: string): boolean {
    const settled = putsOf(commit, 'environments').find(({ key }) => key === name);
    const before = settled === undefined ? records.get('environments', name) : settled.before;
    return before !== undefined && before.status !== 'destroyed';
  }

  return (commit) => {
    for (const { value, before } of putsOf(commit, 'steps')) {
      if (value.status !== before?.status) seeStep(value);
    }
    for (const { value, before } of putsOf(commit, 'runs')) {
      if (value.status === before?.status) continue;
      seeRun(value, existedBefore(commit, value.environment));
    }
  };
}

/** What workers of these stories say of themselves. */
const TOLD: readonly ErrorCode[] = [
  'STEP_FAILED',
  'STEP_TIMEOUT',
  'ADOPTION_REFUSED',
  'EXTERNAL_SILENT',
];
