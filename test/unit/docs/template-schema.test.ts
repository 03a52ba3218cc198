import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { isJsonObject } from '../../../src/model/json.ts';

const SCHEMA = JSON.parse(readFileSync('docs/schema/template.schema.json', 'utf8'));
const BROKEN = 'test/fixtures/templates/broken';
const GOOD = ['templates', 'test/fixtures/templates', 'test/fixtures/docs'].flatMap(folders);

/** What only somebody can tell who knows what names stand for; a schema has to let it pass. */
const TOLD_BY_NAMES = `
  count-and-index count-needs-a-resource count-of-another-type cycle-of-three default-does-not-fit
  depends-on-itself depends-on-unknown double-braces duplicate-ids dynamic-resource endpoint-targets
  entrypoint executor-says-no expression-in-a-name functions group-expressions group-of-unknowns
  id-with-hyphen nested-count-too-late nested-cycle nested-of-itself nested-outputs
  nested-parameters nested-unknown own-outputs-while-made params refers-to-itself
  resource-without-s schema-format schema-keyword schema-of-another-place secret-in-a-plain-place
  secret-in-an-operation secret-joined secret-own-output-shown secret-shown tag two-cycles
  unclosed-expression unknown-environment-field unknown-output unknown-parameter unknown-resource
`.split(/\s+/);

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

describe('the JSON Schema of templates', () => {
  it.each(GOOD.filter((folder) => folder !== 'test/fixtures/docs/broken'))('takes %s', (folder) => {
    validate(documentIn(folder));
    expect(validate.errors).toBeNull();
  });

  const broken = folders(BROKEN).filter((folder) => documentIn(folder) !== undefined);
  it.each(broken)('judges %s as far as its shape can tell', (folder) => {
    const isTold = !TOLD_BY_NAMES.includes(folder.slice(BROKEN.length + 1));
    expect(fits(documentIn(folder))).toBe(!isTold);
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
