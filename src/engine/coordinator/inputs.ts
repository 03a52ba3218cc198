import { type Address, addressOf } from '../../model/address.ts';
import { type Resolved, resolveValue, type Scope } from '../../model/expression/evaluate.ts';
import type { ResourceState } from '../../model/expression/scope.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ResourceTemplate } from '../../model/template.ts';
import { scopeOf } from '../planner/scope.ts';
import type { RunView } from './run-view.ts';

/** Resolves texts against what the run's resources have become, for steps and for the end of a run. */
export interface Inputs {
  /** A resource's `with`. */
  resolve(resource: ResourceTemplate, index: number): Resolved;
  /** Any value that may refer to the named resources; `self` where it belongs to one resource. */
  resolveFor(value: JsonValue, ids: Iterable<string>, self: JsonObject | null): Resolved;
  /** The instances that the template asks for. */
  addressesOf(id: string): Address[];
}

export function createInputs(view: RunView): Inputs {
  const counts = new Map<string, number | null>();
  const states = new Map<string, ResourceState>();
  let statesVersion = -1;

  function baseScope(): Scope {
    return scopeOf(view.run.value.parameters, view.environment.value);
  }

  function countOf(id: string): number | null {
    const known = counts.get(id);
    if (known !== undefined) return known;
    const count = view.template?.resources.get(id)?.count ?? null;
    const resolved = count === null ? null : resolveValue(count, baseScope());
    const value = resolved?.known && typeof resolved.value === 'number' ? resolved.value : null;
    counts.set(id, value);
    return value;
  }

  function addressesOf(id: string): Address[] {
    return Array.from({ length: countOf(id) ?? 1 }, (_, index) => addressOf(id, index));
  }

  function stateOf(id: string): ResourceState {
    if (statesVersion !== view.resourcesVersion) {
      states.clear();
      statesVersion = view.resourcesVersion;
    }
    const known = states.get(id);
    if (known !== undefined) return known;
    const state = readResource(id);
    states.set(id, state);
    return state;
  }

  function readResource(id: string): ResourceState {
    const records = addressesOf(id).map((address) => view.resources.get(address)?.value);
    const outputs = records.flatMap((record) =>
      record?.status === 'ok' ? [{ outputs: record.outputs }] : [],
    );
    if (outputs.length < records.length) return 'unknown';
    return countOf(id) === null ? (outputs[0] ?? 'unknown') : outputs;
  }

  function resolveFor(value: JsonValue, ids: Iterable<string>, self: JsonObject | null): Resolved {
    const scope = baseScope();
    for (const id of ids) scope.resources[id] = stateOf(id);
    return resolveValue(value, { ...scope, self });
  }

  return {
    resolve: (resource, index) =>
      resolveFor(resource.with, resource.needs, { id: resource.id, index }),
    resolveFor,
    addressesOf,
  };
}
