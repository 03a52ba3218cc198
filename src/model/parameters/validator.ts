import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/**
 * Of what describes schemas itself: compiling that takes longer than all the rest, so it is done once,
 * and not at all for a schema that passed when it was published.
 */
let metaSchema: Ajv2020 | undefined;

/**
 * JSON Schema, draft 2020-12, in ajv's strict reading: a keyword or format nobody knows is an error
 * and no reference leads out of the schema. Texts are not turned into numbers. Defaults are filled
 * in.
 */
function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    validateSchema: false,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    useDefaults: true,
    verbose: true,
    ownProperties: true,
    logger: false,
  });
  formats.default(ajv);
  return ajv;
}

const COMPILED_MAX = 100;
const compiled = new Map<string, ValidateFunction>();

/** Compiled once per schema, which `schemaErrors` has nothing against. Throws ajv's error otherwise. */
export function validatorOf(schema: JsonObject): ValidateFunction {
  const key = canonicalJson(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  const validate = createAjv().compile(schema);
  compiled.set(key, validate);
  return validate;
}

/** What the meta-schema has against a schema. */
export function schemaErrors({ $schema: _, ...schema }: JsonObject): ErrorObject[] {
  metaSchema ??= createAjv();
  const ajv = metaSchema;
  return ajv.validateSchema(schema) === true ? [] : (ajv.errors ?? []);
}

/** The names of a JSON pointer. */
export function pointerPath(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function propertiesOf(schema: JsonObject): JsonObject {
  const { properties } = schema;
  return isJsonObject(properties) ? properties : {};
}

/** For a person: the beginning of a value, as JSON. */
export function show(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}

const SHOWN_CHARACTERS_MAX = 80;
