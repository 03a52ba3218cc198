import type { Command } from '../../../src/bus/messages/commands.ts';
import { isRunFinished, type RunRecord } from '../../../src/model/run.ts';
import { type Blueprint, expand, type Parameters } from '../model/blueprint.ts';
import { COPIES_MAX } from '../model/draw.ts';
import { ACTION, willExist } from '../model/line.ts';
import { canonical } from '../world/cloud.ts';
import { NAMES, type Stage } from './stage.ts';

/** What somebody wants now. Not all of it makes sense. */
export function drawWish(stage: Stage): Command | undefined {
  const { chance } = stage;
  return chance.in100(40) ? aboutRun(stage) : aboutEnvironment(stage);
}

function aboutRun(stage: Stage): Command | undefined {
  const { chance, records } = stage;
  const resolve = resolution(stage);
  if (resolve !== undefined && chance.in100(50)) return resolve;
  const waiting = chance.pick(waitingRuns(stage));
  if (waiting !== undefined && chance.in100(60)) return answer(stage, waiting);
  const run = chance.pick(records.all('runs').slice(-3));
  if (run === undefined) return undefined;
  const type = isRunFinished(run) !== chance.in100(5) ? 'run.retry' : 'run.cancel';
  if (chance.in100(4)) return answer(stage, run);
  return { type, data: { run: run.id } };
}

export function waitingRuns({ records }: Stage): RunRecord[] {
  return records.all('runs').filter(({ status }) => status === 'awaiting-approval');
}

/** Most say yes: to what they have seen, to whatever it is, or to what they had seen a while ago. */
export function answer({ chance, records }: Stage, run: RunRecord): Command {
  const { id } = run;
  if (chance.in100(15)) {
    const reason = chance.in100(50) ? { reason: 'not now' } : {};
    return { type: 'run.cancel', data: { run: id, ...reason } };
  }
  const seen = chance.in100(85) ? run : chance.pick(records.all('runs'));
  const plan = chance.in100(70) ? (seen?.approval?.plan ?? null) : null;
  return { type: 'run.approve', data: { run: id, ...(plan === null ? {} : { plan }) } };
}

/** What somebody finds who goes and looks at a step that nobody can inspect. */
export function resolution({ records, cloud }: Stage): Command | undefined {
  const step = records.all('steps').find(({ status, needsResolve, runId, environment }) => {
    const activeRunId = records.get('environments', environment)?.activeRunId ?? null;
    return status === 'unknown' && needsResolve && (activeRunId === null || activeRunId === runId);
  });
  if (step === undefined) return undefined;
  const { runId: run, label, action, environment, identity, address } = step;
  if (action === 'act') {
    const as = cloud.hasActed(`${run}/${address}`) ? 'done' : 'not-started';
    return { type: 'run.resolve', data: { run, step: label, as } };
  }
  const record = records.get('resources', `${environment}/${address}`);
  const thing = cloud.get(`${environment}/${identity}`);
  const isThere = thing !== undefined && !thing.isForeign;
  const isAsAsked = isThere && thing.spec === canonical(record?.spec);
  const isTurned = action !== 'rotate' || thing?.rotatedBy === `${run}/${address}`;
  const isDone = action === 'remove' ? !isThere : isAsAsked && isTurned;
  if (!isDone) return { type: 'run.resolve', data: { run, step: label, as: 'not-started' } };
  const outputs = action === 'remove' ? {} : { ...thing?.outputs };
  return { type: 'run.resolve', data: { run, step: label, as: 'done', outputs } };
}

function aboutEnvironment(stage: Stage): Command {
  const { chance, model } = stage;
  const name = chance.pick(NAMES) ?? 'one';
  const environment = model.environment(name);
  const isSensible = chance.in100(85);
  if (willExist(environment) !== isSensible) return create(stage, name);
  if (chance.in100(15)) return act(stage, name);
  if (chance.in100(20)) return reconcile(stage, name);
  if (chance.in100(55)) return update(stage, name);
  if (chance.in100(15)) return extend(stage, name);
  return { type: 'environment.destroy', data: { name, ...drawApproval(stage) } };
}

function create(stage: Stage, name: string): Command {
  const blueprint = drawBlueprint(stage);
  const adopt = drawAdoptions(stage, name, blueprint);
  const data = {
    name,
    template: selector(blueprint),
    ...drawTerms(stage, false),
    ...drawApproval(stage),
    ...drawRule(stage),
    ...adopt,
  };
  return { type: 'environment.create', data };
}

function update(stage: Stage, name: string): Command {
  const { chance, model } = stage;
  const environment = model.environment(name);
  const recorded = [...environment.identities.keys()];
  const rotate = recorded.filter(() => chance.in100(12));
  const data = {
    name,
    ...drawTerms(stage, environment.protect),
    ...drawApproval(stage),
    ...drawRule(stage),
    ...(rotate.length === 0 ? {} : { rotate }),
  };
  if (chance.in100(30)) return { type: 'environment.update', data };
  const blueprint = drawBlueprint(stage);
  const adopt = drawAdoptions(stage, name, blueprint);
  return { type: 'environment.update', data: { ...data, ...adopt, template: selector(blueprint) } };
}

function act({ chance }: Stage, environment: string): Command {
  const action = chance.in100(95) ? ACTION : 'other';
  return { type: 'action.run', data: { environment, action } };
}

function reconcile({ chance }: Stage, name: string): Command {
  const heal = chance.pick([true, false, undefined]);
  return { type: 'environment.reconcile', data: { name, ...(heal === undefined ? {} : { heal }) } };
}

function extend({ chance, clock }: Stage, name: string): Command {
  const at = new Date(clock.nowMs() + (1 + chance.below(30)) * DAY_MS).toISOString();
  const data = { name, plannedDestructionAt: chance.in100(30) ? null : at };
  return { type: 'environment.extend', data };
}

const DAY_MS = 24 * 3_600_000;

/** The last one only takes things down. */
function drawBlueprint({ chance, model }: Stage): Blueprint {
  const blueprint = chance.pick(model.blueprints.slice(0, -1));
  if (blueprint === undefined) throw new Error('there is no blueprint');
  return blueprint;
}

export function selector({ version }: Blueprint): string {
  return `sample@${version}`;
}

function drawApproval({ chance }: Stage) {
  return chance.in100(12) ? { approval: 'required' as const } : {};
}

/** For all runs to come. */
function drawRule({ chance }: Stage) {
  return chance.in100(8) ? { requireApproval: chance.in100(60) } : {};
}

function drawTerms({ chance }: Stage, isProtected: boolean) {
  const given: Partial<Record<keyof Parameters | 'password', string | number | boolean | null>> = {
    ...(chance.in100(25) ? { text: chance.pick(['one', 'two', 'three']) ?? 'one' } : {}),
    ...(chance.in100(20) ? { copies: chance.below(COPIES_MAX + 1) } : {}),
    ...(chance.in100(15) ? { guard: chance.in100(50) } : {}),
    ...(chance.in100(15) ? { password: chance.pick(['first-secret', 'other-secret']) ?? '' } : {}),
  };
  const protect = chance.in100(isProtected ? 50 : 6) ? { protect: !isProtected } : {};
  return { parameters: { ...given, ...(chance.in100(5) ? { text: null } : {}) }, ...protect };
}

/** Things of others are named where they are, and sometimes where they are not. */
function drawAdoptions({ chance, cloud }: Stage, name: string, blueprint: Blueprint) {
  const labels = [...expand(blueprint, { text: '', copies: 1, guard: false }).values()]
    .filter(({ address }) => {
      const isThere = cloud.get(`${name}/${address}`)?.isForeign === true;
      return chance.in100(isThere ? 70 : 3);
    })
    .map(({ label }) => label);
  if (labels.length === 0) return {};
  return { adopt: Object.fromEntries(labels.map((label) => [label, {}])) };
}
