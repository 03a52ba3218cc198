import type { z } from 'zod';
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
} from '../../src/catalog/document/schema.ts';
import { DEFINITIONS } from '../../src/compose/executors.ts';
import { SPEC as command } from '../../src/executors/command/spec.ts';
import { SPEC as consulKv } from '../../src/executors/consul-kv/spec.ts';
import { SPEC as terraform } from '../../src/executors/terraform/spec.ts';
import { SPEC as vaultSecret } from '../../src/executors/vault-secret/spec.ts';
import { PARAMETER_NAME } from '../../src/model/parameters/schema.ts';
import { jsonSchemaOf, type Schema } from './json-schema.ts';

/** What stands under `with`, by executor. */
export const SPECS: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries({ terraform, 'consul-kv': consulKv, 'vault-secret': vaultSecret, command }),
);

/** What others own is written as `external: NAME`. */
const KINDS = [...DEFINITIONS.values()].filter(({ kind }) => kind !== 'external');

/** The shape of template.yaml: what can be told without knowing what names stand for. */
export function templateJsonSchema(): Schema {
  const frame = jsonSchemaOf(templateSchema);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Template of Biotope',
    ...frame,
    properties: {
      ...propertiesOf(frame),
      parameters: { ...propertiesOf(frame).parameters, ...PARAMETERS },
      resources: withItems(frame, 'resources', 'anyResource'),
      groups: withItems(frame, 'groups', 'group'),
      actions: withItems(frame, 'actions', 'action'),
      entrypoints: withItems(frame, 'entrypoints', 'entrypoint'),
      outputs: {
        ...propertiesOf(frame).outputs,
        propertyNames: jsonSchemaOf(outputNameSchema),
        additionalProperties: when({ type: 'object' }, reference('output')),
      },
    },
    definitions: definitions(),
  };
}

function definitions(): Record<string, Schema> {
  return {
    anyResource: anyResource(),
    resource: resource(),
    nested: jsonSchemaOf(nestedSchema),
    external: jsonSchemaOf(externalSchema),
    ...Object.fromEntries(KINDS.map(({ kind }) => [`with ${kind}`, specOf(kind)])),
    group: jsonSchemaOf(groupSchema),
    action: jsonSchemaOf(actionSchema),
    entrypoint: jsonSchemaOf(entrypointSchema),
    output: { ...jsonSchemaOf(outputSchema), required: ['value'] },
    parameter: PARAMETER,
  };
}

/** What makes a resource tells which other names it has. All of them stand here for editors to offer. */
function anyResource(): Schema {
  const [executor, template, external] = [
    propertiesOf(resource()).executor,
    propertiesOf(jsonSchemaOf(nestedSchema)).template,
    propertiesOf(jsonSchemaOf(externalSchema)).external,
  ];
  return {
    type: 'object',
    properties: { executor, template, external },
    ...when(
      { required: ['template'] },
      reference('nested'),
      when({ required: ['external'] }, reference('external'), reference('resource')),
    ),
  };
}

function resource(): Schema {
  const made = jsonSchemaOf(resourceSchema);
  const kinds = KINDS.map(({ kind, description }) => ({ const: kind, description }));
  return {
    ...made,
    properties: {
      ...propertiesOf(made),
      executor: { ...propertiesOf(made).executor, anyOf: kinds },
    },
    allOf: KINDS.map(({ kind }) => withOf(kind)),
  };
}

function withOf(kind: string): Schema {
  const isNeeded = Array.isArray(specOf(kind).required);
  return when(
    { properties: { executor: { const: kind } }, required: ['executor'] },
    {
      properties: { with: reference(`with ${kind}`) },
      ...(isNeeded ? { required: ['with'] } : {}),
    },
  );
}

function specOf(kind: string): Schema {
  const spec = SPECS.get(kind);
  if (spec === undefined)
    throw new Error(`the shape of ${kind} is not known: name its schema here`);
  return jsonSchemaOf(spec);
}

function withItems(frame: Schema, list: string, definition: string): Schema {
  return { ...propertiesOf(frame)[list], items: reference(definition) };
}

function propertiesOf({ properties }: Schema): Record<string, Schema> {
  return (properties ?? {}) as Record<string, Schema>;
}

function when(condition: Schema, yes: Schema, no?: Schema): Schema {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: condition, then: yes, ...(no === undefined ? {} : { else: no }) };
}

function reference(definition: string): Schema {
  return { $ref: `#/definitions/${encodeURIComponent(definition)}` };
}

const TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'];

/** One parameter: the keywords that are used most, with what they mean here. */
const PARAMETER: Schema = {
  type: 'object',
  description: 'JSON Schema (draft 2020-12) of one parameter.',
  properties: {
    type: {
      description: 'What it is.',
      anyOf: [{ enum: TYPES }, { type: 'array', items: { enum: TYPES } }],
    },
    description: { type: 'string', description: 'What it is for. Shown to people.' },
    default: { description: 'What it is where nothing is given. Absent and not required: unset.' },
    enum: { type: 'array', description: 'The values that are allowed.' },
    minimum: { type: 'number', description: 'The smallest number.' },
    maximum: { type: 'number', description: 'The largest number.' },
    minLength: { type: 'integer', minimum: 0, description: 'The fewest characters.' },
    maxLength: { type: 'integer', minimum: 0, description: 'The most characters.' },
    pattern: { type: 'string', description: 'A regular expression that the text has to match.' },
    format: { type: 'string', description: 'A known form, such as uri, email or date-time.' },
    items: { type: ['object', 'boolean'], description: 'What the members of a list are.' },
    properties: { type: 'object', description: 'What the members of an object are.' },
    writeOnly: {
      type: 'boolean',
      description:
        'Secret: kept in the secret store, a reference everywhere else. Needs type: string.',
    },
  },
  ...when(
    { properties: { writeOnly: { const: true } }, required: ['writeOnly'] },
    { properties: { type: { const: 'string' }, default: false }, required: ['type'] },
  ),
};

const PARAMETERS: Schema = {
  properties: {
    type: { const: 'object', description: 'The parameters together are an object.' },
    properties: {
      type: 'object',
      description: 'The parameters, by name.',
      propertyNames: { pattern: PARAMETER_NAME.source },
      additionalProperties: reference('parameter'),
    },
    required: {
      type: 'array',
      items: { type: 'string' },
      description: 'Names of parameters that have to be given.',
    },
    additionalProperties: { const: false, description: 'Only declared parameters are taken.' },
  },
  required: ['type'],
  not: { required: ['patternProperties'] },
};
