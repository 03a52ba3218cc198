import type { Path } from '../../model/expression/paths.ts';
import type { JsonValue } from '../../model/json.ts';

/** What is known of a template's names before a run. */
export interface TemplateFacts {
  resources: ReadonlyMap<string, ResourceFacts>;
  /** Ids of the members by the name of the group. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** Each with its JSON Schema. */
  parameters: ReadonlyMap<string, JsonValue>;
  secretParameters: ReadonlySet<string>;
}

export interface ResourceFacts {
  /**
   * `none`: not counted; a number where it is written down; `later`: an expression tells;
   * `unknown`: it is faulty, and nothing can be told of it.
   */
  count: number | 'none' | 'later' | 'unknown';
  /** Null: its executor cannot tell before a run, or its spec is faulty. */
  outputs: readonly { name: string; secret: boolean }[] | null;
}

/**
 * Where secrets lie at or below a path of an expression, as ways from there: `[[]]` says that the
 * value is one. `owner`: the resource that `self` stands for.
 */
export function secretsBelow(path: Path, facts: TemplateFacts, owner: string | null): Path[] {
  const [root, first, ...rest] = path;
  if (root === 'parameters') return parameterSecrets(first, facts);
  if (root === 'self' && owner !== null) {
    return secretOutputs(first === undefined ? [] : [first, ...rest], facts.resources.get(owner));
  }
  if (root === 'groups' && typeof first === 'string') {
    return groupSecrets(facts.groups.get(first) ?? [], rest, facts);
  }
  if (root !== 'resources' || typeof first !== 'string') return [];
  const inner = typeof rest[0] === 'string' ? rest : rest.slice(1);
  return secretOutputs(inner, facts.resources.get(first));
}

function parameterSecrets(name: Path[number] | undefined, facts: TemplateFacts): Path[] {
  const { secretParameters } = facts;
  if (name === undefined) return [...secretParameters].map((one) => [one]);
  const isSecret = name === null ? secretParameters.size > 0 : secretParameters.has(String(name));
  return isSecret ? [[]] : [];
}

/** A group is a list of its members: the way leads by a place in the list. */
function groupSecrets(
  ids: readonly string[],
  [place, ...inner]: Path,
  facts: TemplateFacts,
): Path[] {
  const found = ids.flatMap((id) => secretOutputs(inner, facts.resources.get(id)));
  return place === undefined ? found.map((way) => [null, ...way]) : found;
}

function secretOutputs([field, name]: Path, resource: ResourceFacts | undefined): Path[] {
  const secrets = (resource?.outputs ?? []).filter(({ secret }) => secret);
  if (field === undefined) return secrets.map((output) => ['outputs', output.name]);
  if (field !== 'outputs') return [];
  if (name === undefined) return secrets.map((output) => [output.name]);
  const isSecret =
    name === null ? secrets.length > 0 : secrets.some((output) => output.name === name);
  return isSecret ? [[]] : [];
}
