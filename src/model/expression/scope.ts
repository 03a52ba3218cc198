import type { JsonObject, JsonValue } from '../json.ts';
import { findSecretTexts, isSecretText } from '../secret.ts';
import type { Operand } from './analysis.ts';
import { toCel } from './cel.ts';
import type { Expression } from './expression.ts';
import type { Path, Reference } from './paths.ts';

/** What is known of a resource once it is made, or of a nested template as far as it is. */
export interface KnownResource {
  outputs: JsonObject;
  /** Outputs that are not known yet, each with the ids of the resources it waits for. */
  later?: Later;
}

export type Later = ReadonlyMap<string, readonly string[]>;

/** A list where the template declares `count`; `unknown` until all of them are made. */
export type ResourceState = KnownResource | readonly KnownResource[] | 'unknown';

/** What expressions see. */
export interface Scope {
  parameters: JsonObject;
  /** Parameters that are not known yet, each with the ids of the resources it waits for. */
  parametersLater?: Later;
  /** `name`, `description` and `tags`. */
  environment: JsonObject;
  /** By the id that texts use here. Undefined: there is no such resource, which is an error. */
  resource(id: string): ResourceState | undefined;
  /** Ids of the members by the name of the group. */
  groups?: ReadonlyMap<string, readonly string[]>;
  /** What ids are called outside of the nested template whose texts these are. */
  prefix?: string;
  /** The resource whose text it is: its `id`, its `index`, and its `outputs` once it is made. */
  self: JsonObject | null;
}

/** Full ids of resources that the expression reads and that are not known yet. */
export function unknownResources({ analysis }: Expression, scope: Scope): string[] {
  return analysis.references.flatMap((reference) => {
    switch (reference.kind) {
      case 'parameter':
        return waitsFor(scope.parametersLater, reference.name);
      case 'resource':
        return unknownIn(reference.id, reference.output, scope);
      case 'group':
        return groupMembers(reference.name, scope).flatMap((id) =>
          reference.field === 'id' ? [] : unknownIn(id, reference.output, scope),
        );
      default:
        return [];
    }
  });
}

function unknownIn(id: string, output: string | null, scope: Scope): string[] {
  const state = scope.resource(id);
  if (state === undefined) return [];
  if (state === 'unknown') return [fullId(id, scope)];
  return listOf(state).flatMap(({ later }) => waitsFor(later, output));
}

function waitsFor(later: Later | undefined, name: string | null): readonly string[] {
  if (later === undefined) return [];
  return name === null ? [...later.values()].flat() : (later.get(name) ?? []);
}

function fullId(id: string, { prefix = '' }: Scope): string {
  return prefix === '' ? id : `${prefix}/${id}`;
}

function groupMembers(name: string, { groups }: Scope): readonly string[] {
  return groups?.get(name) ?? [];
}

function listOf(state: Exclude<ResourceState, 'unknown'>): readonly KnownResource[] {
  return isList(state) ? state : [state];
}

/** The roots as CEL sees them, with no more in them than the expression reads. */
export function contextFor({ analysis }: Expression, scope: Scope): Record<string, unknown> {
  const { references } = analysis;
  const reads = (root: Reference['kind']) => references.some(({ kind }) => kind === root);
  const rootOf = (root: Reference['kind'], read: () => unknown) => (reads(root) ? read() : NOTHING);
  return {
    parameters: rootOf('parameter', () => toCel(narrowParameters(references, scope.parameters))),
    environment: rootOf('environment', () => toCel(scope.environment)),
    self: rootOf('self', () => toCel(scope.self ?? {})),
    resources: rootOf('resource', () => resourceValues(references, scope)),
    groups: rootOf('group', () => groupsRead(references, scope)),
  };
}

/** What the expression does not read. CEL changes nothing that it is given. */
const NOTHING: ReadonlyMap<string, unknown> = new Map();

function resourceValues(references: readonly Reference[], scope: Scope): Map<string, unknown> {
  const byId = Map.groupBy(references, (one) => (one.kind === 'resource' ? one.id : null));
  return new Map([...byId].flatMap(([id, reads]) => resourceEntry(id, reads, scope)));
}

function groupsRead(references: readonly Reference[], scope: Scope): Map<string, unknown> {
  return new Map(
    references.flatMap((reference): [string, unknown][] =>
      reference.kind === 'group' && scope.groups?.has(reference.name)
        ? [[reference.name, toCel(groupValues(reference.name, scope))]]
        : [],
    ),
  );
}

/** One after the other, counted ones member by member. */
function groupValues(name: string, scope: Scope): JsonObject[] {
  return groupMembers(name, scope).flatMap((id) => {
    const state = scope.resource(id);
    if (state === undefined || state === 'unknown') return [{ id, index: 0, outputs: {} }];
    return listOf(state).map(({ outputs }, index) => ({ id, index, outputs }));
  });
}

function narrowParameters(references: readonly Reference[], parameters: JsonObject): JsonObject {
  const names = references.flatMap((one) => (one.kind === 'parameter' ? [one.name] : []));
  return pick(parameters, names);
}

function resourceEntry(
  id: string | null,
  reads: readonly Reference[],
  scope: Scope,
): [string, unknown][] {
  if (id === null) return [];
  const state = scope.resource(id);
  if (state === undefined || state === 'unknown') return [];
  const names = reads.flatMap((read) => (read.kind === 'resource' ? [read.output] : []));
  const narrow = ({ outputs }: KnownResource) => toCel({ outputs: pick(outputs, names) });
  return [[id, isList(state) ? state.map(narrow) : narrow(state)]];
}

/** The named members, or all of them where one name is null. */
function pick(object: JsonObject, names: readonly (string | null)[]): JsonObject {
  if (names.includes(null)) return object;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = name === null ? undefined : memberOf(object, name);
      return name === null || value === undefined ? [] : [[name, value]];
    }),
  );
}

function isList(state: ResourceState): state is readonly KnownResource[] {
  return Array.isArray(state);
}

/** True where the operation would work on a secret. */
export function isSecretOperand({ path, deep }: Operand, scope: Scope): boolean {
  const isSecret = (value: JsonValue) =>
    isSecretText(value) || (deep && findSecretTexts(value).length > 0);
  return valuesAt(path, scope).some(isSecret);
}

/** Every value a path may lead to. */
function valuesAt([root, ...path]: Path, scope: Scope): JsonValue[] {
  if (root === 'parameters') return follow([scope.parameters], path);
  if (root === 'self') return follow([scope.self], path);
  const [id, ...inner] = path;
  if (typeof id !== 'string') return [];
  if (root === 'groups') return follow([groupValues(id, scope)], inner);
  if (root !== 'resources') return [];
  const state = scope.resource(id);
  if (state === undefined || state === 'unknown') return [];
  const value = isList(state)
    ? state.map(({ outputs }) => ({ outputs }))
    : { outputs: state.outputs };
  return follow([value], inner);
}

function follow(values: JsonValue[], path: Path): JsonValue[] {
  let found = values;
  for (const key of path) found = found.flatMap((value) => membersOf(value, key));
  return found;
}

function membersOf(value: JsonValue, key: string | number | null): JsonValue[] {
  if (typeof value !== 'object' || value === null) return [];
  // What is inside a secret text is the secret.
  if (isSecretText(value)) return [value];
  if (key === null) return Object.values(value);
  const member = memberOf(value, key);
  return member === undefined ? [] : [member];
}

function memberOf(value: JsonObject | JsonValue[], key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
