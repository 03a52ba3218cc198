import type { EnvironmentRecord, EnvironmentStatus } from '../../model/environment.ts';
import { hold, startDeploying, startDestroying } from '../../model/environment.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { EventDraft } from '../../model/event.ts';
import { type Failure, failRun, type RunRecord, takeRun } from '../../model/run.ts';
import { type TemplateReference, templateKey } from '../../model/template.ts';
import type { Stored } from '../../store/store.ts';
import type { EngineContext } from '../context.ts';
import {
  environmentEvent,
  put,
  putRun,
  runEvent,
  runUnchanged,
  unchanged,
} from '../transactions.ts';

/** A run that this process has taken, with its environment as it is now. */
export interface Taken {
  run: Stored<RunRecord>;
  environment: Stored<EnvironmentRecord>;
  resumed: boolean;
}

/**
 * Takes a run: lease, next epoch, and the environment's new state in one transaction. `ended`: it
 * could not begin. `overtaken`: another holder was faster, and what was read of the run is old; where
 * that shows late it rejects with STORE_CONFLICT.
 */
export async function takeForRun(
  context: EngineContext,
  stored: Stored<RunRecord>,
): Promise<Taken | 'ended' | 'overtaken'> {
  const { store, clock, holder, settings, clusterEpoch } = context;
  const { environment: name } = stored.value;
  const environment = await store.get('environments', name);
  const resumed = stored.value.status !== 'queued';
  if (!resumed && isHeld(environment?.value)) return 'overtaken';
  const nowMs = clock.nowMs();
  const failure = resumed ? null : obstacleTo(stored.value, environment?.value);
  if (failure !== null) {
    await endUnbegun(context, stored, failure);
    return 'ended';
  }
  const lease = { holder, expiresAtMs: nowMs + settings.runLeaseMs };
  const taken = takeRun(stored.value, lease, clusterEpoch, nowMs);
  const run = resumed ? taken : withSubject(taken, environment?.value);
  const after = resumed ? environment?.value : begunEnvironment(context, run, environment?.value);
  if (after === undefined) throw new Error(`run ${run.id} has no environment`);
  context.failpoint('run.before-take');
  const { number } = await store.commit({
    scope: name,
    expect: [runUnchanged(stored), unchanged('environments', name, environment)],
    writes: [putRun(run), ...(resumed ? [] : [put('environments', name, after)])],
    events: resumed
      ? [runEvent('run.resumed', run)]
      : begunEvents(run, after, environment?.value.status ?? null),
  });
  context.failpoint('run.after-take');
  return {
    run: { value: run, revision: number },
    environment: { value: after, revision: resumed ? (environment?.revision ?? 0) : number },
    resumed,
  };
}

/** The first in line is begun once the one before it has let go: here somebody has begun it already. */
function isHeld(environment: EnvironmentRecord | undefined): boolean {
  return environment !== undefined && environment.activeRunId !== null;
}

/** What it reconciles is the environment as it is now, whatever it was when that was asked for. */
function withSubject(run: RunRecord, environment: EnvironmentRecord | undefined): RunRecord {
  if (run.kind !== 'reconcile' || environment === undefined) return run;
  const { template, parameters } = environment;
  return { ...run, template, parameters };
}

function begunEvents(
  run: RunRecord,
  { status }: EnvironmentRecord,
  before: EnvironmentStatus | null,
): EventDraft[] {
  const facts = { environment: run.environment, runId: run.id };
  const begun = runEvent('run.planning', run);
  // Of what only holds it the environment shows nothing.
  if (status === before) return [begun];
  return [begun, environmentEvent(`environment.${status}`, facts)];
}

/** What was to come of the runs before it did not: the command was accepted for something else. */
function obstacleTo(run: RunRecord, environment: EnvironmentRecord | undefined): Failure | null {
  const exists = environment !== undefined && environment.status !== 'destroyed';
  const named = `Environment ${run.environment}`;
  if (run.kind === 'create' && exists) {
    return obstacle(
      'ENVIRONMENT_EXISTS',
      `${named} exists: what was to destroy it did not succeed.`,
    );
  }
  if (run.kind !== 'create' && !exists) {
    const message = `${named} does not exist: what was to create it did not begin.`;
    return obstacle('ENVIRONMENT_NOT_FOUND', message);
  }
  if (run.kind === 'action' && run.template !== null && environment !== undefined) {
    return otherTemplate(run.template, environment);
  }
  if (run.kind === 'destroy' && environment?.protect === true) {
    const message = `${named} is protected: what was to take the protection off did not succeed.`;
    return obstacle('ENVIRONMENT_PROTECTED', message);
  }
  return null;
}

/** An action is accepted for the template that the runs before it were to leave behind. */
function otherTemplate(
  accepted: TemplateReference,
  { name, template }: EnvironmentRecord,
): Failure | null {
  const [wanted, actual] = [templateKey(accepted), templateKey(template)];
  if (wanted === actual) return null;
  const message =
    `The action was accepted for ${wanted}, and environment ${name} is made from ${actual}: what was ` +
    'to change it did not succeed.';
  return obstacle('ACTION_NOT_FOUND', message);
}

function obstacle(code: Failure['code'], message: string): Failure {
  return { code, message, detail: null, address: null };
}

async function endUnbegun(
  { store, clock }: EngineContext,
  stored: Stored<RunRecord>,
  failure: Failure,
): Promise<void> {
  const run = failRun(stored.value, failure, clock.nowMs());
  await store.commit({
    scope: run.environment,
    expect: [runUnchanged(stored)],
    writes: [putRun(run)],
    events: [runEvent('run.failed', run, { failure: { ...failure } })],
  });
}

function begunEnvironment(
  context: EngineContext,
  run: RunRecord,
  environment: EnvironmentRecord | undefined,
): EnvironmentRecord {
  if (run.kind === 'destroy') {
    if (environment === undefined) throw new Error('nothing to destroy');
    return startDestroying(environment, run.id);
  }
  if (run.kind === 'action' && environment !== undefined) return hold(environment, run.id);
  const known = environment !== undefined && environment.status !== 'destroyed';
  // Asked to heal what has failed, it is a build from the beginning.
  const isLook =
    run.kind === 'reconcile' && !(run.reconcile?.heal === true && environment?.status === 'failed');
  if (known && isLook) return hold(environment, run.id);
  return known
    ? { ...startDeploying(environment, run.id), adopting: adoptingWith(environment.adopting, run) }
    : { ...newEnvironment(context, run), ...wantedOf(context, run, undefined) };
}

/** Known from the beginning: also after a plan that is refused nothing is to be made in its place. */
function adoptingWith(
  before: EnvironmentRecord['adopting'],
  { asked }: RunRecord,
): EnvironmentRecord['adopting'] {
  const after = { ...before };
  for (const [address, how] of Object.entries(asked.adopt)) {
    if (how === null) delete after[address];
    else after[address] = how;
  }
  return after;
}

/** What the run makes of its environment, once its plan stands. */
export function wantedOf(
  { clusterEpoch }: Pick<EngineContext, 'clusterEpoch'>,
  run: RunRecord,
  environment: EnvironmentRecord | undefined,
): Wanted {
  if (run.template === null) {
    throw new BiotopeError('INTERNAL', { message: `Run ${run.id} names no template.` });
  }
  return {
    description: run.description ?? environment?.description ?? '',
    tags: run.tags ?? environment?.tags ?? [],
    protect: run.protect ?? environment?.protect ?? false,
    template: run.template,
    parameters: run.parameters,
    clusterEpoch,
  };
}

type Wanted = Pick<
  EnvironmentRecord,
  'description' | 'tags' | 'protect' | 'template' | 'parameters' | 'clusterEpoch'
>;

/** A name that is new, or used again: deploying is where an environment's life begins. */
function newEnvironment(
  context: EngineContext,
  run: RunRecord,
): Omit<EnvironmentRecord, 'template' | 'parameters' | 'description' | 'tags' | 'protect'> {
  return {
    name: run.environment,
    id: context.ids(),
    links: [],
    status: 'deploying',
    failure: null,
    outputs: {},
    entrypoints: [],
    adopting: adoptingWith({}, run),
    activeRunId: run.id,
    lastRunId: run.id,
    lastRunSucceeded: false,
    resourceCount: 0,
    clusterEpoch: context.clusterEpoch,
    createdAtMs: context.clock.nowMs(),
    destroyedAtMs: null,
    plannedDestructionAtMs: run.plannedDestructionAtMs,
  };
}
