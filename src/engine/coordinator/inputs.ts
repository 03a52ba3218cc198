import { type Address, addressOf } from '../../model/address.ts';
import type { Resolved } from '../../model/expression/evaluate.ts';
import type { ResourceState } from '../../model/expression/scope.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ResourceTemplate } from '../../model/template.ts';
import { createScopes } from '../planner/scope.ts';
import type { RunView } from './run-view.ts';

/** Resolves texts against what the run's resources have become, for steps and for the end of a run. */
export interface Inputs {
  /** A resource's `with`. */
  resolve(resource: ResourceTemplate, index: number): Resolved;
  /** Any value that is at home behind the prefix; `self` where it belongs to one resource. */
  resolveFor(value: JsonValue, prefix: string, self: JsonObject | null): Resolved;
  /** The instances that the template asks for. */
  addressesOf(id: string): Address[];
  /** The instances a resource comes after: beyond those of which there are none. */
  neededBy(resource: ResourceTemplate): Address[];
}

export function createInputs(view: RunView): Inputs {
  const counts = new Map<string, number | null>();
  const states = new Map<string, ResourceState>();
  let statesVersion = -1;
  const scopes = createScopes({
    template: view.template?.template ?? { nested: [], groups: [] },
    parameters: view.run.value.parameters,
    environment: view.environment.value,
    stateOf,
    version: () => view.resourcesVersion,
  });

  function countOf(id: string): number | null {
    const known = counts.get(id);
    if (known !== undefined) return known;
    const { count = null, prefix = '' } = view.template?.resources.get(id) ?? {};
    const resolved = count === null ? null : scopes.resolve(count, prefix, null);
    const value = resolved?.known && typeof resolved.value === 'number' ? resolved.value : null;
    counts.set(id, value);
    return value;
  }

  function addressesOf(id: string): Address[] {
    return Array.from({ length: countOf(id) ?? 1 }, (_, index) => addressOf(id, index));
  }

  function neededBy({ needs }: ResourceTemplate): Address[] {
    const found = new Set<Address>();
    const open = new Set(needs);
    for (const id of open) {
      const addresses = addressesOf(id);
      for (const address of addresses) found.add(address);
      if (addresses.length > 0) continue;
      for (const need of view.template?.resources.get(id)?.needs ?? []) open.add(need);
    }
    return [...found];
  }

  function stateOf(id: string): ResourceState | undefined {
    if (view.template?.resources.has(id) !== true) return undefined;
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

  return { resolve: scopes.resolveSpec, resolveFor: scopes.resolve, addressesOf, neededBy };
}
