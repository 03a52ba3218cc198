import type { EnvironmentRecord } from '../../model/environment.ts';
import { hold, startDeploying, startDestroying } from '../../model/environment.ts';
import type { EventDraft } from '../../model/event.ts';
import { isRunBegun, type RunRecord, takeRun } from '../../model/run.ts';
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
import { endUnbegun, obstacleTo } from './obstacles.ts';
import { adoptingWith, type Wanted, wantedOf, withSubject } from './wanted.ts';

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
  environment: Stored<EnvironmentRecord> | undefined,
): Promise<Taken | 'ended' | 'overtaken'> {
  const { store, clock, holder, settings, clusterEpoch } = context;
  const { environment: name } = stored.value;
  const resumed = isRunBegun(stored.value);
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
      : begunEvents(stored.value, { run, after, before: environment?.value }),
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

function begunEvents(
  queued: RunRecord,
  facts: { run: RunRecord; after: EnvironmentRecord; before: EnvironmentRecord | undefined },
): EventDraft[] {
  const { run, after, before } = facts;
  // Of an approved one it was told with the approval.
  const begun = queued.status === run.status ? [] : [runEvent('run.planning', run)];
  // Of what only holds it the environment shows nothing.
  if (after.status === before?.status) return begun;
  const place = { environment: run.environment, runId: run.id };
  return [...begun, environmentEvent(`environment.${after.status}`, place)];
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

/** A name that is new, or used again: deploying is where an environment's life begins. */
function newEnvironment(
  context: EngineContext,
  run: RunRecord,
): Omit<EnvironmentRecord, keyof Omit<Wanted, 'clusterEpoch'>> {
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
