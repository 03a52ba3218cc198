import type { RunRecord } from '../../../src/model/run.ts';
import { type Cloud, canonical, stampOf } from '../world/cloud.ts';
import { expand, externalStamp, specOf, type Wanted } from './blueprint.ts';
import type { Chronicle } from './chronicle.ts';
import type { Build, Model, ModelEnvironment } from './line.ts';
import { type Check, putsOf, type Records } from './records.ts';

interface Facts {
  model: Model;
  cloud: Cloud;
  records: Records;
}

/** What a build makes of an environment: every address with the text of what it is made from. */
export function wantedThings(
  { cloud }: Pick<Facts, 'cloud'>,
  environment: ModelEnvironment,
  build: Build,
): Map<string, { wanted: Wanted; spec: string; stamp: string }> {
  const all = expand(build.blueprint, build.parameters);
  const found = new Map<string, { wanted: Wanted; spec: string; stamp: string }>();

  function resolve(address: string): string {
    const known = found.get(address);
    if (known !== undefined) return known.stamp;
    const wanted = all.get(address);
    if (wanted === undefined) return '';
    const spec = canonical(specOf(wanted, { ...build, stampOf: resolve }));
    const { part } = wanted;
    const version = cloud.get(keyOf(environment, address))?.version ?? 1;
    const stamp = part.kind === 'external' ? externalStamp(part) : stampOf(spec, version);
    found.set(address, { wanted, spec, stamp });
    return stamp;
  }

  for (const address of all.keys()) resolve(address);
  return found;
}

export function keyOf({ name, identities }: ModelEnvironment, address: string): string {
  return `${name}/${identities.get(address) ?? address}`;
}

/** A run that succeeded has made of the world what was asked for, no more and no less. */
export function watchOutcomes(chronicle: Chronicle, facts: Facts): Check {
  const { model, cloud, records } = facts;

  function ownKeys(name: string): string[] {
    return cloud.keys().filter((key) => key.startsWith(`${name}/`) && !cloud.get(key)?.isForeign);
  }

  function seeSuccess(run: RunRecord): void {
    const environment = model.environment(run.environment);
    // Of what was to be destroyed nothing is left: that came too late.
    if (run.kind !== 'destroy' && model.run(run.id)?.isCancelled === true) {
      chronicle.complain(`run ${run.id} succeeded after it was cancelled`);
    }
    const build = model.run(run.id)?.build ?? null;
    const left = new Set(ownKeys(run.environment));
    if (build !== null) seeBuilt(environment, build, left);
    for (const key of left)
      chronicle.complain(`run ${run.id} succeeded, and ${key} is left behind`);
    const recorded = records.all('resources').filter((one) => one.environment === run.environment);
    const expected = build === null ? 0 : expand(build.blueprint, build.parameters).size;
    if (recorded.length !== expected) {
      chronicle.complain(
        `run ${run.id} succeeded with ${recorded.length} resources instead of ${expected}`,
      );
    }
  }

  /** What it did is done, and what it returned is kept with it. */
  function seeAction(run: RunRecord): void {
    const [step] = records.all('steps').filter(({ runId }) => runId === run.id);
    const isDone = cloud.hasActed(`${run.id}/${step?.address ?? ''}`);
    if (!isDone) chronicle.complain(`action ${run.id} succeeded, and was not done`);
    const returned = run.outputs?.did ?? 'nothing';
    if (returned !== run.id && step?.reportedClaim !== null) {
      chronicle.complain(`action ${run.id} succeeded, and ${String(returned)} is kept of it`);
    }
  }

  /** Takes what is as it should be out of `left`. */
  function seeBuilt(environment: ModelEnvironment, build: Build, left: Set<string>): void {
    for (const [address, { wanted, spec, stamp }] of wantedThings(facts, environment, build)) {
      const what = `${environment.name}/${address}`;
      seeRecord(what, { stamp, protect: wanted.protect });
      const key = keyOf(environment, address);
      left.delete(key);
      const is = cloud.get(key)?.spec ?? 'not there';
      // What others have changed is seen by a look, not by a build that leaves it alone.
      if (cloud.spoiltAt(key) !== undefined) continue;
      if (is !== spec) chronicle.complain(`${what} is ${is} instead of ${spec}`);
    }
  }

  function seeRecord(what: string, wanted: { stamp: string; protect: boolean }): void {
    const record = records.get('resources', what);
    if (record?.status !== 'ok') {
      chronicle.complain(`${what} is recorded as ${record?.status ?? 'nothing'} after a success`);
    } else if (record.outputs.stamp !== wanted.stamp) {
      chronicle.complain(`${what} has outputs of something else`);
    } else if (record.protect !== wanted.protect) {
      chronicle.complain(`${what} is recorded with another protection than asked for`);
    }
  }

  return (commit) => {
    for (const { value, before } of putsOf(commit, 'runs')) {
      if (value.status !== 'succeeded' || before?.status === 'succeeded') continue;
      if (value.kind === 'action') seeAction(value);
      else if (value.kind !== 'reconcile') seeSuccess(value);
    }
  };
}
