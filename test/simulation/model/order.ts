import type { Order } from '../../../src/model/order.ts';
import type { Cloud } from '../world/cloud.ts';
import { expand, type Wanted } from './blueprint.ts';
import type { Chronicle } from './chronicle.ts';
import type { Build, Model, ModelEnvironment } from './line.ts';
import { keyOf, wantedThings } from './outcome.ts';
import { type Check, putsOf, type SeenPut } from './records.ts';

/** Judges effects by the order in which they begin: what is needed comes first and goes last. */
export interface EffectOrder {
  /** Something is about to be built, changed, taken over or removed. */
  begin(order: Order): void;
  check: Check;
}

export function watchEffectOrder(
  chronicle: Chronicle,
  { model, cloud }: { model: Model; cloud: Cloud },
): EffectOrder {
  /** What each thing was built upon last, by keys. */
  const needs = new Map<string, Set<string>>();
  /** What must not be removed. */
  const guarded = new Set<string>();

  function beginBuild(environment: ModelEnvironment, build: Build, address: string): void {
    const all = wantedThings({ cloud }, environment, build);
    const wanted = all.get(address)?.wanted;
    if (wanted === undefined) {
      chronicle.complain(`${environment.name}/${address} is built, and nobody asked for it`);
      return;
    }
    for (const need of behind(address, all)) {
      const is = cloud.get(keyOf(environment, need));
      const key = keyOf(environment, need);
      if (is?.spec === all.get(need)?.spec || cloud.spoiltAt(key) !== undefined) continue;
      chronicle.complain(`${environment.name}/${address} is built before ${need}, which it needs`);
    }
    note(environment, wanted.address, wanted.needs);
  }

  function note(environment: ModelEnvironment, address: string, needed: readonly string[]): void {
    needs.set(keyOf(environment, address), new Set(needed.map((need) => keyOf(environment, need))));
  }

  function guard(environment: ModelEnvironment, { address, protect }: Wanted): void {
    const key = keyOf(environment, address);
    if (protect) guarded.add(key);
    else guarded.delete(key);
  }

  /** From now on its resources stand on what the build says, also those that were left alone. */
  function seeBuilt(environment: ModelEnvironment): void {
    for (const wanted of wantedOf(environment.build)) {
      note(environment, wanted.address, wanted.needs);
      guard(environment, wanted);
    }
  }

  /** From its claim on a resource is protected as the run says. */
  function seeStep({ value, before }: SeenPut<'steps'>): void {
    if (value.status !== 'running' || before?.status === 'running') return;
    if (['inspect', 'look', 'destroy', 'act'].includes(value.operation)) return;
    const environment = model.environment(value.environment);
    const build = model.run(value.runId)?.build ?? null;
    const wanted = wantedOf(build).find(({ address }) => address === value.address);
    if (wanted !== undefined) guard(environment, wanted);
  }

  /** Whatever stands on it must be gone, or stand on something else by now. */
  function beginRemoval(environment: ModelEnvironment, build: Build | null, address: string): void {
    const key = keyOf(environment, address);
    if (guarded.has(key)) chronicle.complain(`${key} is removed, and it is protected`);
    const now = build === null ? needs : withBuild(environment, build);
    for (const [dependent, needed] of now) {
      if (dependent === key || !needed.has(key) || cloud.get(dependent) === undefined) continue;
      if (cloud.get(dependent)?.isForeign || reaches(now, key, dependent)) continue;
      chronicle.complain(`${key} is removed before ${dependent}, which needs it`);
    }
  }

  /** What is in the build stands on what the build says, also where it was left alone. */
  function withBuild(environment: ModelEnvironment, build: Build): Map<string, Set<string>> {
    const now = new Map(needs);
    for (const { address, needs: needed } of wantedOf(build)) {
      const keys = needed.map((need) => keyOf(environment, need));
      now.set(keyOf(environment, address), new Set(keys));
    }
    return now;
  }

  return {
    begin({ environment: name, runId, address, operation }) {
      const environment = model.environment(name);
      const run = model.run(runId);
      const isHealing = run?.kind === 'reconcile';
      const build = (isHealing ? environment.build : run?.build) ?? null;
      if (operation === 'destroy') return beginRemoval(environment, build, address);
      if (build !== null) return beginBuild(environment, build, address);
      chronicle.complain(`${name}/${address} is built in a run that takes everything down`);
    },
    check(commit) {
      for (const write of putsOf(commit, 'steps')) seeStep(write);
      for (const { key, value } of putsOf(commit, 'environments')) {
        if (value.status === 'validating') seeBuilt(model.environment(key));
      }
    },
  };
}

function wantedOf(build: Build | null): Wanted[] {
  return build === null ? [] : [...expand(build.blueprint, build.parameters).values()];
}

/** All that it needs, and all that this needs. */
function behind(address: string, all: ReadonlyMap<string, { wanted: Wanted }>): Set<string> {
  const found = new Set<string>();
  const open = [address];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const need of all.get(next)?.wanted.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      open.push(need);
    }
  }
  return found;
}

/** Half of an update may leave things that need each other in a circle: any order is right then. */
function reaches(needs: ReadonlyMap<string, Set<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...(needs.get(key) ?? []));
  }
  return false;
}
