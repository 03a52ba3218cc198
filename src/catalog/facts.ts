import type { Path } from '../model/expression/paths.ts';
import type { JsonValue } from '../model/json.ts';

/** What is known of a template's names before a run. */
export interface TemplateFacts {
  resources: ReadonlyMap<string, ResourceFacts>;
  /** Each with its JSON Schema. */
  parameters: ReadonlyMap<string, JsonValue>;
  secretParameters: ReadonlySet<string>;
}

export interface ResourceFacts {
  /** `none`: not counted; a number where it is written down; `later`: an expression tells. */
  count: number | 'none' | 'later';
  /** Null: its executor cannot tell before a run, or its spec is faulty. */
  outputs: readonly { name: string; secret: boolean }[] | null;
}

/**
 * Where secrets lie at or below a path of an expression, as ways from there: `[[]]` says that the
 * value is one. `owner`: the resource that `self` stands for.
 */
export function secretsBelow(path: Path, facts: TemplateFacts, owner: string | null): Path[] {
  const [root, first, ...rest] = path;
  if (root === 'parameters') {
    if (first === undefined) return [...facts.secretParameters].map((name) => [name]);
    const isSecret =
      first === null ? facts.secretParameters.size > 0 : facts.secretParameters.has(String(first));
    return isSecret ? [[]] : [];
  }
  if (root === 'self' && owner !== null) {
    return secretOutputs(first === undefined ? [] : [first, ...rest], facts.resources.get(owner));
  }
  if (root !== 'resources' || typeof first !== 'string') return [];
  const inner = typeof rest[0] === 'string' ? rest : rest.slice(1);
  return secretOutputs(inner, facts.resources.get(first));
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
