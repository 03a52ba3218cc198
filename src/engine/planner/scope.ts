import { type Resolved, resolveValue, type Scope } from '../../model/expression/evaluate.ts';
import type { KnownResource, ResourceState } from '../../model/expression/scope.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { nestedParameters } from '../../model/parameters/nested.ts';
import {
  behind,
  type NestedTemplate,
  type ResourceTemplate,
  type Template,
} from '../../model/template.ts';

export interface ScopeFacts {
  template: Pick<Template, 'nested' | 'groups'>;
  parameters: JsonObject;
  environment: { name: string; description: string; tags: string[] };
  /** By full id; undefined: there is no such resource. */
  stateOf(id: string): ResourceState | undefined;
  /** Grows whenever a state changes: what nested templates pass on is worked out anew then. */
  version(): number;
}

/** What texts see, wherever in the template they are at home. */
export interface Scopes {
  /** A text of the template itself (prefix empty), or of the one that is nested under the prefix. */
  resolve(value: JsonValue, prefix: string, self: JsonObject | null): Resolved;
  /** A resource's `with`. */
  resolveSpec(resource: ResourceTemplate, index: number): Resolved;
}

/** Evaluates as far as is known now. */
export function createScopes(facts: ScopeFacts): Scopes {
  const { template } = facts;
  const nested = new Map(template.nested.map((one) => [one.prefix, one]));
  const groups = groupsByPrefix(template);
  const environment = pickEnvironment(facts.environment);
  const scopes = new Map<string, Scope>();
  const outputs = new Map<string, KnownResource>();
  let version = facts.version();

  function forgetOld(): void {
    if (nested.size === 0 || version === facts.version()) return;
    version = facts.version();
    scopes.clear();
    outputs.clear();
  }

  function scopeAt(prefix: string): Scope {
    const known = scopes.get(prefix);
    if (known !== undefined) return known;
    const inside = nested.get(prefix);
    const scope: Scope = {
      ...(inside === undefined ? { parameters: facts.parameters } : parametersOf(inside)),
      environment,
      resource: (id) => stateOf(behind(prefix, id)),
      groups: groups.get(prefix) ?? NO_GROUPS,
      prefix,
      self: null,
    };
    scopes.set(prefix, scope);
    return scope;
  }

  function parametersOf(inside: NestedTemplate): Pick<Scope, 'parameters' | 'parametersLater'> {
    const { values, later } = resolveEach(Object.entries(inside.parameters), inside.parent);
    return { parameters: nestedParameters(inside, values, later), parametersLater: later };
  }

  function stateOf(id: string): ResourceState | undefined {
    const inside = nested.get(id);
    return inside === undefined ? facts.stateOf(id) : outputsOf(inside);
  }

  function outputsOf({ prefix, outputs: declared }: NestedTemplate): KnownResource {
    const known = outputs.get(prefix);
    if (known !== undefined) return known;
    const named = declared.map(({ name, value }) => [name, value] as const);
    const { values, later } = resolveEach(named, prefix);
    const state = { outputs: values, later };
    outputs.set(prefix, state);
    return state;
  }

  function resolveEach(named: readonly (readonly [string, JsonValue])[], prefix: string) {
    const values: JsonObject = {};
    const later = new Map<string, readonly string[]>();
    for (const [name, value] of named) {
      const resolved = resolve(value, prefix, null);
      if (resolved.known) values[name] = resolved.value;
      else later.set(name, resolved.waitsFor);
    }
    return { values, later };
  }

  function resolve(value: JsonValue, prefix: string, self: JsonObject | null): Resolved {
    forgetOld();
    return resolveValue(value, { ...scopeAt(prefix), self });
  }

  return {
    resolve,
    resolveSpec(resource, index) {
      const self: JsonObject = { id: resource.id, index };
      if (resource.external === null) return resolve(resource.with, resource.prefix, self);
      // What others own has its outputs from the start: its endpoints are made of them.
      const known = resolve(resource.with.outputs ?? {}, resource.prefix, self);
      if (!known.known) return known;
      return resolve(resource.with, resource.prefix, { ...self, outputs: known.value });
    },
  };
}

const NO_GROUPS: ReadonlyMap<string, readonly string[]> = new Map();

/** The groups that texts behind each prefix can name, with ids as they are called there. */
function groupsByPrefix({
  groups,
  nested,
}: ScopeFacts['template']): Map<string, Map<string, string[]>> {
  const found = new Map<string, Map<string, string[]>>();
  for (const prefix of ['', ...nested.map((one) => one.prefix)]) {
    const own = groups.filter(({ name }) => homeOf(name) === prefix);
    const cut = (name: string) => (prefix === '' ? name : name.slice(prefix.length + 1));
    found.set(prefix, new Map(own.map(({ name, resources }) => [cut(name), resources.map(cut)])));
  }
  return found;
}

function homeOf(name: string): string {
  const end = name.lastIndexOf('/');
  return end < 0 ? '' : name.slice(0, end);
}

function pickEnvironment({ name, description, tags }: ScopeFacts['environment']): JsonObject {
  return { name, description, tags };
}
