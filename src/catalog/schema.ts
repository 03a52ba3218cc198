import { z } from 'zod';
import { holdsExpression } from '../model/expression/text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isVersion } from '../model/version.ts';

/**
 * The language of template.yaml. Unknown names are refused everywhere; what stands under `with`,
 * `parameters` and `outputs` is judged by the executor, by JSON Schema and by the checks.
 */
const NAME_RULE =
  'use lower-case letters, digits and "-", beginning with a letter, at most 63 characters';
const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, NAME_RULE);

/** Part of an output's path in expressions: `outputs.database_url`. */
const outputName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,
    'use letters, digits, "_" and "-", at most 63 characters',
  );

const isPlain = (words: string) => !holdsExpression(words);
const NOT_EVALUATED = 'holds "${…}", which is not evaluated here';
const words = (charactersMax: number) =>
  z.string().max(charactersMax).refine(isPlain, NOT_EVALUATED);

const description = words(2_000).default('');
const tags = z.array(words(100).min(1)).max(50).default([]);
const text = z.string().min(1).max(4_096);
const link = z.strictObject({ name: words(100).min(1), url: text });
const object = z.custom<JsonObject>(isJsonObject, { error: 'must be an object' });
const value = z.custom<JsonValue>(() => true);
const seconds = (minimum: number) => z.number().min(minimum).max(86_400);

const statusEndpoint = z.strictObject({
  http: text.optional(),
  tcp: text.optional(),
  expectStatus: z.array(z.int().min(100).max(599)).max(20).default([]),
  timeoutSeconds: seconds(1).default(60),
  intervalSeconds: seconds(0.1).default(1),
});

const needed = z.array(z.string().min(1).max(200)).max(1_000).default([]);
/** Ids of older versions, also those behind a prefix. */
const movedFrom = z
  .union([z.string().transform((one) => [one]), z.array(z.string())], {
    error: 'must be an id, or a list of ids',
  })
  .pipe(
    z.array(z.string().regex(/^[a-z][a-z0-9-]{0,62}(\/[a-z][a-z0-9-]{0,62})*$/, NAME_RULE)).max(20),
  )
  .default([]);

const retry = z.strictObject({
  attemptsMax: z.int().min(1).max(100),
  initialDelaySeconds: seconds(0).default(1),
  delayMaxSeconds: seconds(0).default(60),
});

export const resourceSchema = z.strictObject({
  id: name,
  executor: z.string().min(1).max(63),
  description,
  tags,
  links: z.array(link).max(50).default([]),
  count: z
    .union([z.int().min(0), z.string().min(1)], {
      error: 'must be a whole number of at least 0, or one "${…}"',
    })
    .optional(),
  dependsOn: needed,
  movedFrom,
  with: object.default({}),
  statusEndpoints: z.array(statusEndpoint).max(20).default([]),
  protect: z
    .union([z.boolean(), z.string().min(1)], { error: 'must be true, false or one "${…}"' })
    .default(false),
  pool: name.default('default'),
  timeoutSeconds: z.int().min(1).max(604_800).optional(),
  retry: retry.optional(),
});

/** A resource that is made by another template. */
export const nestedSchema = z.strictObject({
  id: name,
  template: z.string().min(1).max(200),
  parameters: object.default({}),
  description,
  tags,
  dependsOn: needed,
  movedFrom,
  protect: z.boolean().default(false),
});

/** What others own: known, asked whether it lives, never touched. */
export const externalSchema = z.strictObject({
  id: name,
  external: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'use lower-case letters, digits, ".", "_" and "-"'),
  description,
  tags,
  links: z.array(link).max(50).default([]),
  dependsOn: needed,
  movedFrom,
  outputs: object.default({}),
  statusEndpoints: z.array(statusEndpoint).max(20).default([]),
});

/** For what is left of a faulty resource once the faulty members are taken out of it. */
export const salvagedResourceSchema = resourceSchema.extend({
  id: z.string().default(''),
  executor: z.string().default(''),
});

export const groupSchema = z.strictObject({
  name,
  description,
  tags,
  resources: z.array(z.string().min(1).max(200)).max(10_000).default([]),
});

export const actionSchema = z.strictObject({
  name,
  description,
  app: z.strictObject({
    name: z.string().min(1).max(100),
    url: text.optional(),
    command: z.array(z.string().max(4_096)).min(1).max(100),
  }),
});

export const entrypointSchema = z.strictObject({ name, description, url: text });

/** Either the value alone or, for every object, with its description. */
export const outputSchema = z.strictObject({ value, description });

export const outputNameSchema = outputName;

const list = z.array(z.unknown());

/** The frame. Members of the lists are checked one by one, so that one fault hides no other. */
export const templateSchema = z.strictObject({
  apiVersion: z.literal('biotope/v1', { error: 'must be "biotope/v1"' }),
  kind: z.literal('Template', { error: 'must be "Template"' }),
  metadata: z.strictObject({
    name,
    version: z.string().refine(isVersion, 'must be a version such as 1.2.0'),
    description,
    tags,
  }),
  parameters: object.default({ type: 'object', properties: {} }),
  resources: list.min(1),
  groups: list.default([]),
  actions: list.default([]),
  entrypoints: list.default([]),
  outputs: object.default({}),
});

export type ResourceInput = z.output<typeof resourceSchema>;
export type NestedInput = z.output<typeof nestedSchema>;
export type ExternalInput = z.output<typeof externalSchema>;
export type GroupInput = z.output<typeof groupSchema>;
export type ActionInput = z.output<typeof actionSchema>;
