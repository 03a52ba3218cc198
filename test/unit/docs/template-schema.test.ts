import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import {
  actionSchema,
  entrypointSchema,
  externalSchema,
  groupSchema,
  nestedSchema,
  outputNameSchema,
  outputSchema,
  resourceSchema,
  templateSchema,
} from '../../../src/catalog/document/schema.ts';
import { buildEndpoint } from '../../../src/catalog/texts/endpoints.ts';
import { DEFINITIONS } from '../../../src/compose/executors.ts';
import { isJsonObject, type JsonValue } from '../../../src/model/json.ts';
import { checkParameterSchema } from '../../../src/model/parameters/schema.ts';
import { SPECS } from '../../docs/template-schema.ts';

const SCHEMA = JSON.parse(readFileSync('docs/schema/template.schema.json', 'utf8'));
const BROKEN = 'test/fixtures/templates/broken';
const GOOD = ['templates', 'test/fixtures/templates', 'test/fixtures/docs'].flatMap(folders);

/** What the shape alone can tell; about names and what they stand for it knows nothing. */
const TOLD_BY_SHAPE = `
  action-without-file count-in-quotes count-is-no-number depends-on-with-underscore endpoint-https
  endpoint-kinds everything-at-once executer external-wrong frame list merge-key moved-from
  names-of-every-object names-of-other-tools nested-with-count no-resources not-evaluated
  number-too-large output-object protect-too-late resources-as-map schema-shape schema-type
  secret-key secret-parameters two-makers types unknown-executor version-and-name
  version-is-a-number
`.trim();

// Editors are not as strict about how a schema is written as ajv can be.
const ajv = new Ajv({ strictTypes: false, strictRequired: false, strictTuples: false });
const validate = ajv.compile(SCHEMA);

function folders(root: string): string[] {
  return readdirSync(root)
    .map((name) => `${root}/${name}`)
    .filter((folder) => existsSync(`${folder}/template.yaml`));
}

/** Undefined where the file is no YAML: that is told before any shape. */
function documentIn(folder: string): unknown {
  const document = parseDocument(readFileSync(`${folder}/template.yaml`, 'utf8'));
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

function fits(document: unknown): boolean {
  return validate(document);
}

/** What the schemas of the catalog and the executors say, part by part. */
function isRefusedByShapes(document: unknown): boolean {
  const frame = templateSchema.safeParse(document);
  if (!frame.success) return true;
  const { resources, groups, actions, entrypoints, outputs, parameters } = frame.data;
  return (
    resources.some(isRefusedResource) ||
    groups.some((one) => !groupSchema.safeParse(one).success) ||
    actions.some((one) => !actionSchema.safeParse(one).success) ||
    entrypoints.some((one) => !entrypointSchema.safeParse(one).success) ||
    Object.entries(outputs).some(isRefusedOutput) ||
    checkParameterSchema(parameters).length > 0
  );
}

function isRefusedResource(resource: unknown): boolean {
  if (!isJsonObject(resource)) return true;
  if ('template' in resource) return !nestedSchema.safeParse(resource).success;
  if ('external' in resource) return !externalSchema.safeParse(resource).success;
  const read = resourceSchema.safeParse(resource);
  if (!read.success || !DEFINITIONS.has(read.data.executor)) return true;
  const { count, protect, executor, statusEndpoints } = read.data;
  const isNoExpression = [count, protect].some(
    (one) => typeof one === 'string' && !(one.startsWith('${') && one.endsWith('}')),
  );
  if (isNoExpression || statusEndpoints.some((one) => buildEndpoint(one).length === 0)) return true;
  return SPECS.get(executor)?.safeParse(read.data.with).success === false;
}

function isRefusedOutput([name, output]: [string, JsonValue]): boolean {
  if (!outputNameSchema.safeParse(name).success) return true;
  return isJsonObject(output) && !(outputSchema.safeParse(output).success && 'value' in output);
}

describe('the JSON Schema of templates', () => {
  it.each(GOOD.filter((folder) => folder !== 'test/fixtures/docs/broken'))('takes %s', (folder) => {
    validate(documentIn(folder));
    expect(validate.errors).toBeNull();
  });

  it.each(TOLD_BY_SHAPE.split(/\s+/))('refuses the broken template %s', (name) => {
    expect(fits(documentIn(`${BROKEN}/${name}`))).toBe(false);
  });

  const broken = folders(BROKEN).filter((folder) => documentIn(folder) !== undefined);
  it.each(broken)('refuses nothing of %s that the checker lets pass', (folder) => {
    const document = documentIn(folder);
    expect(fits(document) || isRefusedByShapes(document)).toBe(true);
  });

  it('describes every name, so that editors can show what it is for', () => {
    expect(undescribed(SCHEMA, '')).toEqual([]);
  });
});

/** Conditions (`if`, `then`) name properties only to ask about them. */
const INSIDE = ['items', 'additionalItems', 'additionalProperties', 'else'];

function undescribed(schema: unknown, at: string): string[] {
  if (!isJsonObject(schema)) return [];
  const properties = Object.entries(isJsonObject(schema.properties) ? schema.properties : {});
  const definitions = Object.entries(isJsonObject(schema.definitions) ? schema.definitions : {});
  const named = properties.filter(([, one]) => isJsonObject(one) && one.description === undefined);
  return [
    ...named.map(([name]) => `${at}.${name}`),
    ...[...properties, ...definitions].flatMap(([name, one]) => undescribed(one, `${at}.${name}`)),
    ...INSIDE.flatMap((key) => undescribed(schema[key], `${at}.${key}`)),
    ...(Array.isArray(schema.anyOf) ? schema.anyOf : []).flatMap((one) => undescribed(one, at)),
  ];
}

const template = (resource: object, more: object = {}) => ({
  apiVersion: 'biotope/v1',
  kind: 'Template',
  metadata: { name: 'a', version: '1.0.0' },
  resources: [{ id: 'a', ...resource }],
  ...more,
});
const made = (executor: string, spec: unknown) => template({ executor, with: spec });

describe('under with', () => {
  it.each([
    ['terraform', { module: './m', credentials: ['AWS_PROFILE'], outputs: ['url'] }],
    ['terraform', { module: './m', credentials: { TF_TOKEN_a: '${parameters.token}' } }],
    ['consul-kv', { prefix: '${environment.name}/a', entries: { port: 1, list: [1] } }],
    ['vault-secret', { path: 'a', generate: { key: { length: '${parameters.length}' } } }],
    ['command', { create: ['./app/start', 1, '${parameters.size}'], env: { A: 1 }, input: null }],
  ])('of %s %j may stand', (executor, spec) => {
    expect(fits(made(executor, spec))).toBe(true);
  });

  it.each([
    ['terraform', undefined],
    ['terraform', { variables: {} }],
    ['terraform', { module: './${environment.name}' }],
    ['terraform', { module: './m', credentials: { PATH: '/bin' } }],
    ['consul-kv', { prefix: 'a', entries: { a: null } }],
    ['consul-kv', { prefix: 'a', entries: { _biotope: 1 } }],
    ['vault-secret', { path: 'a', generate: { key: { length: 4 } } }],
    ['vault-secret', { path: 'a', generate: { path: { length: 9 } } }],
    ['vault-secret', { path: 'a', generate: { key: { length: 9, characters: 'emoji' } } }],
    ['command', { destroy: ['./app/stop'] }],
    ['command', { create: [] }],
    ['command', { create: ['./a'], env: { BIOTOPE_ADDRESS: 'b' } }],
  ])('of %s %j may not', (executor, spec) => {
    expect(fits(made(executor, spec))).toBe(false);
  });
});

describe('a resource', () => {
  it.each([
    [{ template: 'postgres@^1', parameters: { size: 1 } }, true],
    [{ template: 'postgres@^1', count: 2 }, false],
    [{ external: 'payments-api', outputs: { url: 'https://a' } }, true],
    [{ external: 'payments-api', with: {} }, false],
    [{ external: 'payments-api', executor: 'command' }, false],
    [{ executor: 'external' }, false],
  ])('%j', (resource, isGood) => {
    expect(fits(template(resource))).toBe(isGood);
  });
});
