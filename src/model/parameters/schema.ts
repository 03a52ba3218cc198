import type { ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { expectationOf } from './expectation.ts';
import { type SchemaProblem, strictProblems } from './strict.ts';
import { pointerPath, propertiesOf, schemaErrors, show, validatorOf } from './validator.ts';

/** All faults of the JSON Schema that a template gives for its parameters. */
export function checkParameterSchema(schema: JsonObject): SchemaProblem[] {
  const ownRules = [...shapeProblems(schema), ...secretProblems(schema)];
  const metaProblems = metaSchemaProblems(schema);
  if (metaProblems.length > 0) return [...ownRules, ...metaProblems];
  const strict = strictProblems(schema);
  if (strict.length > 0) return [...ownRules, ...strict];
  return [...ownRules, ...defaultProblems(schema)];
}

/** @internal */
export const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

function shapeProblems(schema: JsonObject): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const add = (path: SchemaProblem['path'], message: string, suggestion: string | null) =>
    problems.push({ path, message, suggestion });
  const names = Object.keys(propertiesOf(schema));
  if (schema.type !== 'object') {
    add(
      'type' in schema ? ['type'] : [],
      'the parameters together are an object',
      'Write type: object.',
    );
  }
  if (schema.$schema !== undefined && !isDraft(schema.$schema)) {
    const suggestion = 'Leave $schema out, and write what that draft knows.';
    add(['$schema'], 'the parameters are JSON Schema, draft 2020-12', suggestion);
  }
  const { additionalProperties, required } = schema;
  if (additionalProperties !== undefined && additionalProperties !== false) {
    add(
      ['additionalProperties'],
      'only declared parameters are taken',
      'Leave it out: it is false.',
    );
  }
  if (schema.patternProperties !== undefined) {
    add(
      ['patternProperties'],
      'only declared parameters are taken',
      'Name each one under properties.',
    );
  }
  for (const name of names.filter((one) => !PARAMETER_NAME.test(one))) {
    const message = `${JSON.stringify(name)} cannot be the name of a parameter`;
    const suggestion = 'Use letters, digits and "_", beginning with a letter.';
    problems.push({ path: ['properties', name], message, suggestion, atKey: true });
  }
  for (const [at, name] of (Array.isArray(required) ? required : []).entries()) {
    if (typeof name !== 'string' || names.includes(name)) continue;
    const message = `${JSON.stringify(name)} is required but not declared`;
    add(['required', at], message, didYouMean(name, names));
  }
  return problems;
}

const DRAFT = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

function isDraft(named: JsonValue): boolean {
  return typeof named === 'string' && DRAFT.test(named);
}

function secretProblems(schema: JsonObject): SchemaProblem[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, property]): SchemaProblem[] => {
    if (!isJsonObject(property)) return [];
    const path = ['properties', name];
    const nested = findWriteOnly(property).filter((at) => at.length > 1);
    const problems = nested.map((at) => ({
      path: [...path, ...at],
      message: 'only a whole parameter can be secret (writeOnly), not a member of one',
      suggestion: 'Make it a parameter of its own.',
    }));
    if (property.writeOnly !== true) return problems;
    if (property.type !== 'string') {
      const message = 'a secret parameter (writeOnly) must be a text';
      problems.push({ path, message, suggestion: 'Write type: string.' });
    }
    if (property.default !== undefined) {
      const message =
        'a secret parameter must not have a default: everybody who reads the template would know it';
      problems.push({ path: [...path, 'default'], message, suggestion: 'Leave the default out.' });
    }
    return problems;
  });
}

function findWriteOnly(value: JsonValue, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'writeOnly' && member === true
      ? [[...path, key]]
      : findWriteOnly(member, [...path, key]),
  );
}

/** One per place: the meta-schema is made of parts that all have their say. */
function metaSchemaProblems(schema: JsonObject): SchemaProblem[] {
  const places = new Map<string, ErrorObject>();
  for (const error of schemaErrors(schema)) {
    if (!places.has(error.instancePath)) places.set(error.instancePath, error);
  }
  return [...places.values()].map((error) => ({
    path: pointerPath(error.instancePath),
    message: `this is no JSON Schema: expected ${expectationOf(error)}`,
    suggestion: null,
  }));
}

/** Defaults must pass their own schema. */
function defaultProblems(schema: JsonObject): SchemaProblem[] {
  const defaults = Object.fromEntries(
    Object.entries(propertiesOf(schema)).flatMap(([name, property]) =>
      isJsonObject(property) && property.default !== undefined ? [[name, property.default]] : [],
    ),
  );
  const validate = validatorOf(schema);
  if (validate(structuredClone(defaults))) return [];
  return (validate.errors ?? []).flatMap((error) => {
    const [name] = pointerPath(error.instancePath);
    if (name === undefined) return [];
    return [
      {
        path: ['properties', name, 'default'],
        message: `the default does not fit: expected ${expectationOf(error)}, not ${show(defaults[name])}`,
        suggestion: null,
      },
    ];
  });
}
