import { z } from 'zod';
import type { JsonValue } from '../../model/json.ts';

/**
 * What each command carries. These schemas are the one source for intake, the CLI's requests and
 * the documents made from them.
 */
const json: z.ZodType<JsonValue> = z.json();

const environmentNameSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'use lower-case letters, digits and "-", beginning with a letter, at most 63',
  );

const parametersSchema = z.record(z.string(), json);
/** Whether it refuses to be destroyed. */
const protectSchema = z.boolean().optional();
const tagsSchema = z.array(z.string().min(1).max(100)).max(50);

const NAMED_MAX = 1_000;

/** Label or address of a resource. */
const resourceNameSchema = z.string().min(1).max(300);

/**
 * What exists already and is taken over instead of made: by the name of its resource what the executor
 * needs to find it. Null: an adoption that did not succeed is given up.
 */
const adoptSchema = z
  .record(resourceNameSchema, z.record(z.string().max(2_000), json).nullable())
  .refine((named) => Object.keys(named).length <= NAMED_MAX, `name at most ${NAMED_MAX} resources`);

/** `name`, `name@1.2.3` or a range such as `name@^1.2`. */
const templateSchema = z.string().min(1).max(200);

export const commandSchemas = {
  'environment.create': z.strictObject({
    name: environmentNameSchema,
    template: templateSchema,
    parameters: parametersSchema.default({}),
    description: z.string().max(2_000).optional(),
    tags: tagsSchema.optional(),
    protect: protectSchema,
    adopt: adoptSchema.optional(),
  }),
  'environment.update': z.strictObject({
    name: environmentNameSchema,
    /** Absent: the version the environment is made from now. */
    template: templateSchema.optional(),
    /** Laid over the recorded ones; null takes a parameter back to its default. */
    parameters: parametersSchema.default({}),
    description: z.string().max(2_000).optional(),
    tags: tagsSchema.optional(),
    protect: protectSchema,
    adopt: adoptSchema.optional(),
    /** Resources that make a new version of what they generated; an id stands for all its indices. */
    rotate: z.array(resourceNameSchema).max(NAMED_MAX).optional(),
  }),
  'environment.destroy': z.strictObject({ name: environmentNameSchema }),
  'run.cancel': z.strictObject({ run: z.string().min(1).max(100) }),
  'run.retry': z.strictObject({ run: z.string().min(1).max(100) }),
  'run.resolve': z.strictObject({
    run: z.string().min(1).max(100),
    step: z.string().min(1).max(300),
    as: z.enum(['done', 'not-started']),
    /** With `done`: what the resource's outputs are. */
    outputs: z.record(z.string(), json).default({}),
  }),
} as const;

export type CommandType = keyof typeof commandSchemas;

export type CommandData = { [T in CommandType]: z.output<(typeof commandSchemas)[T]> };

/** What a person or program has to write; defaults are filled in by intake. */
export type Command = {
  [T in CommandType]: { type: T; data: z.input<(typeof commandSchemas)[T]> };
}[CommandType];

export const COMMAND_TYPES = Object.keys(commandSchemas) as CommandType[];
