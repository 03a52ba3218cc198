import { DEFINITIONS } from '../../../../compose/executors.ts';
import type { Biotope } from '../../../../compose/seat/contract.ts';
import type { Config } from '../../../../config/schema.ts';
import { type ChangedInput, changedInputs } from '../../../../engine/planner/reasons.ts';
import { addressOf, parseAddress } from '../../../../model/address.ts';
import type { JsonObject } from '../../../../model/json.ts';
import { type ResourceRecord, resourceKey } from '../../../../model/resource.ts';
import { isRunFinished, type RunRecord } from '../../../../model/run.ts';
import { type StepRecord, stepKey } from '../../../../model/step.ts';
import { templateKey } from '../../../../model/template.ts';
import { systemClock } from '../../../../platform/clock.ts';
import {
  findRun,
  noStep,
  resourcesOf,
  runsOf,
  stepsOf,
  unfinishedRuns,
} from '../../../../queries/lookup.ts';
import type { Store } from '../../../../store/store.ts';
import {
  type Explanation,
  explanationDocument,
  explanationLines,
} from '../../../pages/explanation.ts';
import { processName } from '../../../pages/notices.ts';
import type { Answer } from '../../../session.ts';
import { explainResource, explainStep, explainUnplanned, isPlanned } from './explain.ts';
import type { RunFacts, StepFacts } from './facts.ts';

/** More of one step in one run are not read. */
const EVENTS_MAX = 1_000;

/** Runs looked through for the inputs that a resource had before. */
const RUNS_LOOKED_AT_MAX = 100;

/** Why a resource is as it is in a run. Rejects with RUN_NOT_FOUND and STEP_NOT_FOUND. */
export async function explain(
  biotope: Biotope,
  request: { run: string; step: string },
): Promise<Answer> {
  const explanation = await explanationOf(biotope, request);
  return {
    lines: (palette) => explanationLines(explanation, palette),
    document: explanationDocument(explanation),
  };
}

async function explanationOf(
  biotope: Biotope,
  request: { run: string; step: string },
): Promise<Explanation> {
  const { store } = biotope;
  const run = await findRun(store, request.run);
  const facts = await runFacts(biotope, run);
  const named = ({ label, address }: { label: string; address: string }) =>
    label === request.step || address === request.step;
  const step = facts.steps.find(named);
  const resources = await resourcesOf(store, run.environment);
  if (step !== undefined) return explainStep(await stepFacts(biotope, facts, { step, resources }));
  const resource = resources.find(named);
  if (resource !== undefined) {
    // In this run it had another id.
    const former = facts.steps.find(({ identity }) => identity === resource.identity);
    if (former !== undefined) {
      return explainStep(await stepFacts(biotope, facts, { step: former, resources }));
    }
    const builder = await store.get('runs', resource.runId);
    return explainResource({ ...facts, resource, builder: builder?.value ?? null });
  }
  const parts = parseAddress(request.step);
  if (!isPlanned(run) && parts !== undefined && (await isDeclared(store, run, parts.id))) {
    const address = addressOf(parts.id, parts.index);
    return explainUnplanned(facts, { label: request.step, address });
  }
  const others = resources.map(({ label }) => label);
  throw noStep(run, request.step, facts.steps, others);
}

/** Whether the run is to build something of this id, though nothing is recorded yet. */
async function isDeclared(store: Store, { template }: RunRecord, id: string): Promise<boolean> {
  if (template === null) return false;
  const record = await store.get('templates', templateKey(template));
  return record?.value.template.resources.some((one) => one.id === id) ?? false;
}

async function runFacts(biotope: Biotope, run: RunRecord): Promise<RunFacts> {
  const { store } = biotope;
  const { environment } = run;
  const [newest] = await runsOf(store, { environment, limit: 1 });
  const line = run.status === 'queued' ? await unfinishedRuns(store, environment) : [];
  return {
    run,
    steps: await stepsOf(store, run.id),
    isNewest: newest === undefined || newest.id === run.id,
    driver: driverOf(biotope),
    ahead: line.filter(({ order }) => order < run.order),
    nowMs: systemClock.nowMs(),
  };
}

function driverOf(biotope: Biotope): string | null {
  if (biotope.seat !== undefined) return 'this process';
  const driver = biotope.otherDriver();
  return driver === undefined ? null : processName(driver);
}

async function stepFacts(
  biotope: Biotope,
  facts: RunFacts,
  { step, resources }: { step: StepRecord; resources: readonly ResourceRecord[] },
): Promise<StepFacts> {
  const { store, config } = biotope;
  const { address, runId } = step;
  const events = await store.events({ runId, address, limit: EVENTS_MAX });
  const busy = await busySteps(store);
  return {
    ...facts,
    step,
    labelNow: resources.find(({ identity }) => identity === step.identity)?.label ?? null,
    history: events.map(({ event }) => event),
    changes: await changesOf(biotope, facts.run, step),
    pool: placesFor(step, config, busy),
  };
}

/** A pool has places for steps that start programs, and others for the rest. */
function placesFor(
  step: StepRecord,
  { pools }: Config,
  busy: readonly StepRecord[],
): StepFacts['pool'] {
  const isOfPrograms = ({ executor }: StepRecord) =>
    DEFINITIONS.get(executor)?.startsPrograms ?? true;
  const pool = pools[step.pool];
  const concurrency = isOfPrograms(step) ? pool?.concurrency : pool?.callConcurrency;
  return {
    concurrency: concurrency ?? null,
    busy: busy.filter((one) => one.pool === step.pool && isOfPrograms(one) === isOfPrograms(step)),
  };
}

/** Only runs that go on have some. */
async function busySteps(store: Store): Promise<StepRecord[]> {
  const runs = await unfinishedRuns(store);
  const status = ['dispatched', 'running'];
  const found = await Promise.all(
    runs.map(({ id }) => store.find('steps', { where: { runId: id, status } })),
  );
  return found.flat().map(({ value }) => value);
}

/** Only where something was there before that is to be, or was, made other than it was. */
async function changesOf(
  biotope: Biotope,
  run: RunRecord,
  step: StepRecord,
): Promise<ChangedInput[]> {
  if (step.action !== 'change') return [];
  const key = resourceKey(step.environment, step.address);
  const resource = (await biotope.store.get('resources', key))?.value;
  const after = step.spec ?? (await plannedInputs(biotope, run, step));
  const before = await inputsBefore(biotope.store, { run, step, resource });
  return before === null || after === null ? [] : changedInputs(before, after);
}

interface Changing {
  run: RunRecord;
  step: StepRecord;
  resource: ResourceRecord | undefined;
}

/** As long as the run has not begun with it, its record; afterwards the last step that made it. */
async function inputsBefore(
  store: Store,
  { run, step, resource }: Changing,
): Promise<JsonObject | null> {
  if (step.claimCount === 0) return resource?.spec ?? null;
  const { environment } = run;
  for (const { id, order } of await runsOf(store, { environment, limit: RUNS_LOOKED_AT_MAX })) {
    if (order >= run.order) continue;
    const earlier = (await store.get('steps', stepKey(id, step.address)))?.value;
    if (earlier?.status !== 'succeeded' || earlier.action === 'remove') continue;
    if (earlier.spec !== null) return earlier.spec;
  }
  return null;
}

/** What it is to be, as far as that is known before its turn; null where it is not. */
async function plannedInputs(
  biotope: Biotope,
  run: RunRecord,
  { address, status }: StepRecord,
): Promise<JsonObject | null> {
  if (isRunFinished(run) || status !== 'pending') return null;
  // A server tells what it plans to do, and not the inputs of it.
  if (biotope.server !== undefined) return null;
  const { planOfRun } = await import('../../../../compose/preview.ts');
  try {
    const { resources } = await planOfRun(biotope, run);
    return resources.find((one) => one.address === address)?.spec ?? null;
  } catch (error) {
    // What cannot be planned any more has its reason told by the plan that was recorded.
    biotope.log.debug({ err: error, run: run.id }, 'the run cannot be planned again');
    return null;
  }
}
