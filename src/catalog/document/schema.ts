import { z } from 'zod';
import { isVersion, VERSION } from '../../model/version.ts';
import {
  description,
  drift,
  expression,
  id,
  links,
  movedFrom,
  name,
  needed,
  object,
  outputName,
  retry,
  schedule,
  statusEndpoints,
  tags,
  text,
  value,
} from './schema-parts.ts';

/**
 * The language of template.yaml. Unknown names are refused everywhere; what stands under `with`,
 * `parameters` and `outputs` is judged by the executor, by JSON Schema and by the checks.
 * docs/schema/template.schema.json is made of it: descriptions are what editors show, and `meta`
 * holds what JSON Schema can say of a rule that is a function here.
 */
export const resourceSchema = z
  .strictObject({
    id,
    executor: z.string().min(1).max(63).describe('What makes it.'),
    description,
    tags,
    links,
    count: z
      .union([z.int().min(0), expression], {
        error: 'must be a whole number of at least 0, or one "${…}"',
      })
      .optional()
      .describe('Makes so many of it: resources.ID is a list then. Absent: one, and no list.'),
    dependsOn: needed,
    movedFrom,
    with: object.default({}).describe('What its executor needs to know. May hold expressions.'),
    statusEndpoints,
    protect: z
      .union([z.boolean(), expression], { error: 'must be true, false or one "${…}"' })
      .default(false)
      .describe('Refuses every run that would remove it.'),
    pool: name.default('default').describe('The workers that work on it.'),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(604_800)
      .optional()
      .describe('Longest time of one attempt. Absent: the default of its executor.'),
    retry: retry.optional(),
    drift: drift.optional(),
  })
  .describe('A resource that an executor makes.');

/** A resource that is made by another template. */
export const nestedSchema = z
  .strictObject({
    id,
    template: z
      .string()
      .min(1)
      .max(200)
      .describe('A published template, expanded in place: name, name@1.2.0 or name@^1.2.'),
    parameters: object.default({}).describe("The other template's parameters, by name."),
    description,
    tags,
    dependsOn: needed,
    movedFrom,
    protect: z.boolean().default(false).describe('Protects everything inside.'),
  })
  .describe('A resource that another template makes.');

/** What others own: known, asked whether it lives, never touched. */
export const externalSchema = z
  .strictObject({
    id,
    external: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'use lower-case letters, digits, ".", "_" and "-"')
      .describe('Its name, the same in all environments.'),
    description,
    tags,
    links,
    dependsOn: needed,
    movedFrom,
    outputs: object
      .default({})
      .describe('What is known of it: made of parameters and the environment.'),
    statusEndpoints,
  })
  .describe('Something that others own: asked whether it lives, never touched.');

/** For what is left of a faulty resource once the faulty members are taken out of it. */
export const salvagedResourceSchema = resourceSchema.extend({
  id: z.string().default(''),
  executor: z.string().default(''),
});

export const salvagedNestedSchema = nestedSchema.extend({ id: z.string().default('') });

export const groupSchema = z
  .strictObject({
    name: name.describe('groups.NAME in expressions and in dependsOn.'),
    description,
    tags,
    resources: z
      .array(z.string().min(1).max(200))
      .max(10_000)
      .default([])
      .describe('Ids of its members, in its order.'),
  })
  .describe('A named part of the graph.');

export const actionSchema = z
  .strictObject({
    name: name.describe('The name of the action.'),
    description,
    app: z
      .strictObject({
        name: z.string().min(1).max(100).describe('The name of the program.'),
        url: text.optional().describe('Its page, for people. Nothing is fetched from there.'),
        command: z
          .array(z.string().max(4_096))
          .min(1)
          .max(100)
          .describe(
            'A file of the template such as ./app/rotate, or a program on the PATH, and its ' +
              'arguments, as they are. What it works with comes as JSON on standard input.',
          ),
      })
      .describe('What is run.'),
    parameters: object
      .default({ type: 'object', properties: {} })
      .describe('JSON Schema of the arguments that it may be given.'),
    secretOutputs: z
      .array(z.string().min(1).max(200))
      .max(200)
      .default([])
      .describe('Names of outputs that are secret.'),
    pool: name.default('default').describe('The workers that run it.'),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(604_800)
      .optional()
      .describe('Longest time of one attempt. Absent: 30 minutes.'),
    retry: retry.optional(),
  })
  .describe('Something that can be done to an environment: a program of the template.');

export const entrypointSchema = z
  .strictObject({
    name: name.describe('What people know the door by.'),
    description,
    url: text.describe('Absolute URL. May hold expressions, no secret.'),
  })
  .describe('An address where people or programs enter the environment.');

/** Either the value alone or, for every object, with its description. */
export const outputSchema = z
  .strictObject({ value: value.describe('Any value; may hold expressions.'), description })
  .describe('A value with its description.');

export const outputNameSchema = outputName;

const list = z.array(z.unknown());

/** The frame. Members of the lists are checked one by one, so that one fault hides no other. */
export const templateSchema = z
  .strictObject({
    apiVersion: z
      .literal('biotope/v1', { error: 'must be "biotope/v1"' })
      .describe('The language this template is written in.'),
    kind: z.literal('Template', { error: 'must be "Template"' }).describe('What this file is.'),
    metadata: z
      .strictObject({
        name: name.describe('The name it is published under.'),
        version: z
          .string()
          .refine(isVersion, 'must be a version such as 1.2.0')
          .meta({ pattern: VERSION.source })
          .describe('A published version never changes. Raise it for other content.'),
        description,
        tags,
      })
      .describe('What the template is called and what it is for.'),
    approval: z
      .literal('required', { error: 'must be "required", or be left out' })
      .optional()
      .describe(
        'required: each run of an environment made from it waits until its plan is approved.',
      ),
    parameters: object
      .default({ type: 'object', properties: {} })
      .describe('JSON Schema of what an environment may be given.'),
    resources: list.min(1).describe('What an environment consists of.'),
    groups: list.default([]).describe('Named parts of the graph.'),
    actions: list.default([]).describe('What can be done to an environment.'),
    entrypoints: list.default([]).describe('Where people or programs enter an environment.'),
    outputs: object.default({}).describe('What an environment tells others, by name.'),
    reconcile: schedule.optional(),
  })
  .describe('A template of Biotope: what environments of its kind consist of.');

export type ResourceInput = z.output<typeof resourceSchema>;
export type NestedInput = z.output<typeof nestedSchema>;
export type ExternalInput = z.output<typeof externalSchema>;
export type GroupInput = z.output<typeof groupSchema>;
export type ActionInput = z.output<typeof actionSchema>;
