import type { CommandData } from '../../bus/messages/commands.ts';
import { addressOf, parseAddress } from '../../model/address.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import { isAmbiguous, type ResourceRecord, resourceKey } from '../../model/resource.ts';
import { isRunFinished, type RunRecord } from '../../model/run.ts';
import {
  failStep,
  restartStep,
  resultOf,
  type StepRecord,
  stepKey,
  succeedStep,
} from '../../model/step.ts';
import type { Stored, Write } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import {
  putResource,
  putStep,
  resourceEvent,
  stepEvent,
  stepUnchanged,
  unchanged,
  withoutResource,
} from '../transactions.ts';
import { readRun } from './run-commands.ts';
import { keepToldOutputs } from './told-outputs.ts';
import { type Acceptance, refuse } from './verdict.ts';

interface Subject {
  environment: Stored<EnvironmentRecord> | undefined;
  run: RunRecord;
  step: Stored<StepRecord>;
  resource: Stored<ResourceRecord> | undefined;
}

/**
 * A person says how a step ended that nobody can inspect. Audited. `done`: the resource is what the
 * step was to make of it. `not-started`: nothing of it happened, so it may be done again.
 */
export async function acceptResolve(
  context: EngineContext,
  data: CommandData['run.resolve'],
): Promise<Acceptance> {
  const subject = await readSubject(context, data);
  refuseIdleOutputs(subject, data);
  const { run, resource } = subject;
  const nowMs = context.clock.nowMs();
  const step =
    data.as === 'done' ? resolvedDone(subject.step.value, nowMs) : resolvedUndone(subject, nowMs);
  const outputs = await toldOutputs(context, subject, data);
  const key = resourceKey(run.environment, step.address);
  return {
    scope: run.environment,
    expect: [
      stepUnchanged(subject.step),
      unchanged('resources', key, resource),
      unchanged('environments', run.environment, subject.environment),
    ],
    writes: [putStep(step), ...resourceWrites(subject, { as: data.as, outputs }, nowMs)],
    events: [
      stepEvent('step.resolved', step, { as: data.as }),
      ...(step.action === 'act' ? [] : [resourceEvent(newsOf(data.as, step), step)]),
    ],
    runId: run.id,
    audited: { subject: stepKey(run.id, step.address) },
  };
}

function newsOf(as: CommandData['run.resolve']['as'], { action }: StepRecord) {
  return as === 'done' && action === 'remove' ? 'resource.removed' : 'resource.recorded';
}

async function readSubject(
  context: EngineContext,
  data: CommandData['run.resolve'],
): Promise<Subject> {
  const { value: run } = await readRun(context, data.run);
  const parts = parseAddress(data.step);
  const address = parts === undefined ? data.step : addressOf(parts.id, parts.index);
  const [step, resource] = await Promise.all([
    context.store.get('steps', stepKey(run.id, address)),
    context.store.get('resources', resourceKey(run.environment, address)),
  ]);
  if (step === undefined) {
    throw refuse('STEP_NOT_FOUND', {
      message: `Run ${run.id} has no step ${data.step}. "biotope run show ${run.id}" lists them.`,
      facts: { run: run.id, step: data.step },
    });
  }
  if (step.value.status !== 'unknown' || !step.value.needsResolve) {
    throw refuse('STEP_NOT_UNKNOWN', {
      message: `Step ${step.value.label} is ${step.value.status}: only a step whose outcome nobody can find out is resolved.`,
      facts: { run: run.id, step: data.step, status: step.value.status },
    });
  }
  const environment = await context.store.get('environments', run.environment);
  const activeRunId = environment?.value.activeRunId ?? null;
  if (activeRunId !== null && activeRunId !== run.id) {
    throw refuse('RUN_NOT_FINISHED', {
      message: `Run ${activeRunId} is at work on ${run.environment}: resolve when it has ended.`,
      facts: { run: run.id, active: activeRunId },
    });
  }
  if (resource !== undefined && !isAmbiguous(resource.value)) {
    throw refuse('STEP_NOT_UNKNOWN', {
      message:
        `What step ${step.value.label} of run ${run.id} left open was settled since: the resource ` +
        `is ${resource.value.status} after run ${resource.value.runId}.`,
      facts: { run: run.id, step: data.step, settledBy: resource.value.runId },
    });
  }
  return { run, step, resource, environment };
}

/** Told of what is not there they would be kept nowhere. */
function refuseIdleOutputs(
  { step: { value: step } }: Subject,
  { as, outputs }: CommandData['run.resolve'],
): void {
  if (Object.keys(outputs).length === 0) return;
  if (as === 'done' && step.action !== 'remove' && step.action !== 'act') return;
  const wasTo = step.action === 'act' ? 'is about no resource' : 'was to remove its resource';
  const why = as === 'done' ? wasTo : 'is told to have done nothing';
  throw refuse('COMMAND_INVALID', {
    message: `Step ${step.label} ${why}, so it has no outputs: leave them out.`,
    facts: { step: step.address, as },
  });
}

function resolvedDone(step: StepRecord, nowMs: number): StepRecord {
  return { ...succeedStep(step, resultOf(step.action), nowMs), needsResolve: false };
}

/** In a run that goes on it is done again; in one that has ended, the next run does it. */
function resolvedUndone({ run, step: { value: step } }: Subject, nowMs: number): StepRecord {
  if (!isRunFinished(run)) return { ...restartStep(step), needsResolve: false };
  const message = `${step.label} was resolved as not started.`;
  const failure = { code: 'STEP_LOST' as const, message, detail: null, address: step.address };
  return { ...failStep(step, failure, nowMs), needsResolve: false };
}

async function toldOutputs(
  context: EngineContext,
  { run, step: { value: step }, resource }: Subject,
  { outputs }: CommandData['run.resolve'],
): Promise<JsonObject> {
  if (resource === undefined) return {};
  return keepToldOutputs(context, { run, step, resource: resource.value }, outputs);
}

function resourceWrites(
  { step: { value: step }, resource }: Subject,
  data: Pick<CommandData['run.resolve'], 'as' | 'outputs'>,
  nowMs: number,
): Write[] {
  if (resource === undefined) return [];
  const record = resource.value;
  if (data.as === 'not-started') {
    return [putResource({ ...record, status: 'failed', updatedAtMs: nowMs })];
  }
  if (step.action === 'remove') return withoutResource(step);
  const outputs = { ...record.outputs, ...data.outputs };
  const { fingerprint, after: dependsOn } = step;
  const settled = { status: 'ok', adopting: null, fingerprint, dependsOn } as const;
  return [putResource({ ...record, ...settled, outputs, updatedAtMs: nowMs })];
}
