import type { Later } from '../expression/scope.ts';
import type { JsonObject } from '../json.ts';
import {
  mismatches,
  type ParameterProblem,
  parametersError,
  secretParameters,
} from '../parameters.ts';
import { findSecretTexts } from '../secret.ts';
import { type NestedTemplate, templateKey } from '../template.ts';

/**
 * What a nested template's parameters are, as far as they are known: defaults in the place of what
 * has no value or null. What is secret or not known yet passes: nobody can look at it.
 */
export function fillNested(
  schema: JsonObject,
  given: JsonObject,
  later: Iterable<string>,
): { values: JsonObject; problems: ParameterProblem[] } {
  const unseen = new Set(later);
  for (const [name, value] of Object.entries(given)) {
    if (findSecretTexts(value).length > 0) unseen.add(name);
  }
  const taken = Object.entries(given).filter(([, value]) => value !== null);
  const values = structuredClone(Object.fromEntries(taken));
  const secrets = new Set(secretParameters({ parameters: schema }));
  const problems = mismatches(schema, values, {
    sealed: unseen,
    isSecret: (name) => secrets.has(name),
  });
  for (const name of later) delete values[name];
  return { values, problems };
}

/** The same in a run. Throws PARAMETERS_INVALID. */
export function nestedParameters(
  { prefix, schema, template }: Pick<NestedTemplate, 'prefix' | 'schema' | 'template'>,
  given: JsonObject,
  later: Later,
): JsonObject {
  const { values, problems } = fillNested(schema, given, later.keys());
  if (problems.length === 0) return values;
  throw parametersError(`${templateKey(template)}, which makes ${prefix}`, problems);
}
