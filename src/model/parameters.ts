import type { ErrorObject } from 'ajv/dist/2020.js';
import { BiotopeError } from './errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { didYouMean } from './nearest.ts';
import { expectationOf, suggestionFor } from './parameters/expectation.ts';
import { pointerPath, propertiesOf, show, validatorOf } from './parameters/validator.ts';
import { containsSecretKey, isSecretText } from './secret.ts';
import { type Template, templateKey } from './template.ts';

/** What is wrong with one parameter. Never shows the value of a secret one. */
export interface ParameterProblem {
  /** Its name, and the way to the member where it is a list or an object. */
  parameter: string;
  expected: string;
  given: string;
  suggestion: string | null;
}

/** Names of the parameters that are secret (`writeOnly: true`). */
export function secretParameters({ parameters }: Pick<Template, 'parameters'>): string[] {
  return Object.entries(propertiesOf(parameters)).flatMap(([name, schema]) =>
    isJsonObject(schema) && schema.writeOnly === true ? [name] : [],
  );
}

/**
 * The parameters of an environment: what it has already (`recorded`, where secret ones are secret
 * texts), under what is given now, with defaults filled in. A given null takes a parameter back to
 * its default. Throws PARAMETERS_INVALID with every problem in `facts.problems`.
 */
export function checkParameters(
  template: ParametersOf,
  given: JsonObject,
  recorded: JsonObject = {},
): JsonObject {
  const declared = new Set(Object.keys(propertiesOf(template.parameters)));
  const secrets = new Set(secretParameters(template));
  const taken = Object.entries(given).filter(([, value]) => value !== null);
  const kept = Object.entries(recorded).filter(
    ([name]) => declared.has(name) && !Object.hasOwn(given, name),
  );
  // Recorded secrets are references: their values passed this check when they were given.
  const [sealed, open] = split(kept, ([, value]) => isSecretText(value));
  const parameters = structuredClone(Object.fromEntries([...open, ...taken]));
  const problems = [
    ...forbidden(taken, declared),
    ...mismatches(template.parameters, parameters, {
      sealed: new Set(sealed.map(([name]) => name)),
      isSecret: (name) => secrets.has(name),
      flag: template.action === undefined ? 'parameter' : 'argument',
    }),
  ];
  if (problems.length > 0) throw misfit(template, problems);
  return { ...parameters, ...Object.fromEntries(sealed) };
}

/** What declares parameters: a template, or one of its actions, whose arguments they are. */
export type ParametersOf = Pick<Template, 'name' | 'version' | 'parameters'> & { action?: string };

function misfit(template: ParametersOf, problems: ParameterProblem[]): BiotopeError {
  const { action } = template;
  if (action === undefined) return parametersError(templateKey(template), problems);
  return parametersError(templateKey(template), problems, {
    what: 'arguments',
    of: `action ${action} of template`,
  });
}

function forbidden(
  taken: readonly [string, JsonValue][],
  declared: ReadonlySet<string>,
): ParameterProblem[] {
  return taken.flatMap(([parameter, value]): ParameterProblem[] => {
    if (!declared.has(parameter)) {
      const known =
        declared.size === 0 ? 'The template has none.' : `Known: ${[...declared].join(', ')}.`;
      const suggestion = didYouMean(parameter, declared) ?? known;
      return [
        { parameter, expected: 'a parameter of the template', given: 'another name', suggestion },
      ];
    }
    if (!containsSecretKey(value)) return [];
    const expected = 'a value without "$secret"';
    return [{ parameter, expected, given: 'one that holds "$secret"', suggestion: null }];
  });
}

interface Trusted {
  /** Names of those that nobody looks at. */
  sealed: ReadonlySet<string>;
  isSecret(name: string): boolean;
  /** How one is given on a command line; `parameter` if not told. */
  flag?: 'parameter' | 'argument';
}

/** Fills defaults into `parameters` on the way. */
export function mismatches(
  schema: JsonObject,
  parameters: JsonObject,
  { sealed, isSecret, flag = 'parameter' }: Trusted,
): ParameterProblem[] {
  const validate = validatorOfPublished(schema);
  if (validate(parameters)) return [];
  return (validate.errors ?? []).flatMap((error) => {
    const path = pathOf(error);
    const name = path[0] ?? '';
    // Undeclared ones are told already; composed keywords repeat what their members say.
    if (sealed.has(name) || COMPOSED.has(error.keyword)) return [];
    if (error.keyword === 'additionalProperties' && path.length === 1) return [];
    return [toProblem(error, path, { parameters, isSecret: isSecret(name), flag })];
  });
}

/** What was published was checked: only a record that was changed since can be none. */
function validatorOfPublished(schema: JsonObject): ReturnType<typeof validatorOf> {
  try {
    return validatorOf(schema);
  } catch (cause) {
    throw new BiotopeError('TEMPLATE_INVALID', {
      message: 'What describes the parameters of the template is no JSON Schema that can be used.',
      remedy: 'It was one when it was published: restore the data folder from a backup.',
      cause,
    });
  }
}

const COMPOSED = new Set(['allOf', 'if', 'then', 'else']);

function pathOf({ instancePath, keyword, params }: ErrorObject): string[] {
  const path = pointerPath(instancePath);
  if (keyword === 'required') return [...path, String(params.missingProperty)];
  if (keyword === 'additionalProperties') return [...path, String(params.additionalProperty)];
  return path;
}

function toProblem(
  error: ErrorObject,
  path: readonly string[],
  { parameters, isSecret, flag }: { parameters: JsonObject; isSecret: boolean; flag: string },
): ParameterProblem {
  const given = memberAt(parameters, path);
  const isExtra = error.keyword === 'additionalProperties';
  const suggestion = () => {
    if (error.keyword === 'required' && path.length === 1)
      return howToGive(path[0] ?? '', isSecret, flag);
    return isSecret ? null : suggestionFor(error, given);
  };
  return {
    parameter: path.length === 0 ? '(all)' : path.join('.'),
    expected: isExtra ? 'no such member' : expectationOf(error),
    given: isSecret && given !== undefined ? 'a secret' : show(given),
    suggestion: suggestion(),
  };
}

/** Secrets do not belong on a command line. */
function howToGive(name: string, isSecret: boolean, flag: string): string {
  return isSecret
    ? `Give it in a file: --${flag}s-file FILE with ${name} in it.`
    : `Give it: --${flag} ${name}=VALUE.`;
}

function memberAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Array.isArray(at) ? at[Number(name)] : Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}

export function parametersError(
  template: string,
  problems: ParameterProblem[],
  named = { what: 'parameters', of: 'template' },
): BiotopeError {
  const lines = problems.map(
    ({ parameter, expected, given, suggestion }) =>
      `${parameter}: expected ${expected}, given ${given}.${suggestion === null ? '' : ` ${suggestion}`}`,
  );
  return new BiotopeError('PARAMETERS_INVALID', {
    message:
      problems.length === 1
        ? `The ${named.what} do not fit ${named.of} ${template}: ${lines[0]}`
        : `The ${named.what} do not fit ${named.of} ${template}: ${problems.length} problems.`,
    detail: lines.join('\n'),
    facts: { template, problems },
  });
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
