import { z } from 'zod';
import type { JsonValue } from '../../model/json.ts';
import { timetableFault } from '../../platform/cron.ts';

/**
 * What each command carries. These schemas are the one source for intake, the CLI's requests and
 * docs/schema/command.schema.json.
 */
const json: z.ZodType<JsonValue> = z.json();

export const environmentNameSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'use lower-case letters, digits and "-", beginning with a letter, at most 63 characters',
  )
  .describe('Name of the environment.');

const parametersSchema = z.record(z.string(), json);
const descriptionSchema = z
  .string()
  .max(2_000, 'a description has at most 2000 characters')
  .optional()
  .describe('What it is for.');
const protectSchema = z.boolean().optional().describe('Whether it refuses to be destroyed.');
const requireApprovalSchema = z
  .boolean()
  .optional()
  .describe('Whether each of its runs waits from now on until its plan is approved.');
const approvalSchema = z
  .literal('required', { error: 'must be "required", or be left out' })
  .optional()
  .describe('required: the run waits until somebody has approved its plan.');
const tagsSchema = z
  .array(z.string().min(1, 'a tag must not be empty').max(100, 'a tag has at most 100 characters'))
  .max(50, 'there may be at most 50 tags')
  .optional()
  .describe('Words to find it by.');

const scheduleSchema = z
  .strictObject({
    schedule: z
      .string()
      .min(1)
      .max(200)
      .describe('A cron expression: minute, hour, day of the month, month, day of the week.'),
    timeZone: z.string().min(1).max(100).default('UTC').describe('Where its hours count.'),
    heal: z
      .boolean()
      .nullable()
      .default(null)
      .describe('Whether what has drifted is built again; null: where the template says so.'),
  })
  .superRefine((timetable, { addIssue }) => {
    const message = timetableFault(timetable);
    if (message !== null) addIssue({ code: 'custom', message });
  });

const wantedScheduleSchema = z
  .union([z.literal('never'), scheduleSchema])
  .nullable()
  .optional()
  .describe(
    'When a server reconciles it by itself; never, whatever the template says; null: when the ' +
      'template says so. Absent: as it was.',
  );

/** ISO 8601 with a zone. */
export const timeSchema = z.union(
  [z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })],
  'write a time such as 2026-12-01T00:00Z',
);

const NAMED_MAX = 1_000;

/** Label or address of a resource. */
const resourceNameSchema = z.string().min(1).max(300);

const adoptSchema = z
  .record(resourceNameSchema, z.record(z.string().max(2_000), json).nullable())
  .refine((named) => Object.keys(named).length <= NAMED_MAX, `name at most ${NAMED_MAX} resources`)
  .optional()
  .describe(
    'What exists already and is adopted instead of made: by the name of its resource what the ' +
      'executor needs to find it. Null: an adoption that did not succeed is given up.',
  );

const templateSchema = z
  .string()
  .min(1)
  .max(200)
  .describe('A published template: name, name@1.2.3 or a range such as name@^1.2.');

const runSchema = z.string().min(1).max(100).describe('Id of the run.');

export const commandSchemas = {
  'environment.create': z.strictObject({
    name: environmentNameSchema,
    template: templateSchema,
    parameters: parametersSchema.default({}).describe('Parameters of the template, by name.'),
    description: descriptionSchema,
    tags: tagsSchema,
    protect: protectSchema,
    requireApproval: requireApprovalSchema,
    approval: approvalSchema,
    adopt: adoptSchema,
    reconcile: wantedScheduleSchema,
    plannedDestructionAt: timeSchema
      .optional()
      .describe('When it is to be destroyed; absent: nobody planned that.'),
  }),
  'environment.update': z.strictObject({
    name: environmentNameSchema,
    template: templateSchema
      .optional()
      .describe('Absent: the version that the environment is made from now.'),
    parameters: parametersSchema
      .default({})
      .describe('Laid over the recorded ones; null takes a parameter back to its default.'),
    description: descriptionSchema,
    tags: tagsSchema,
    protect: protectSchema,
    requireApproval: requireApprovalSchema,
    approval: approvalSchema,
    adopt: adoptSchema,
    reconcile: wantedScheduleSchema,
    rotate: z
      .array(resourceNameSchema)
      .max(NAMED_MAX)
      .optional()
      .describe(
        'Resources that make a new version of what they generated; an id stands for all its indices.',
      ),
  }),
  'environment.extend': z.strictObject({
    name: environmentNameSchema,
    plannedDestructionAt: timeSchema
      .nullable()
      .describe('When it is to be destroyed; null: it stays until somebody destroys it.'),
  }),
  'environment.reconcile': z.strictObject({
    name: environmentNameSchema,
    heal: z
      .boolean()
      .optional()
      .describe(
        'Whether what has drifted is built again. Absent: where the template says so; an environment ' +
          'whose last run failed is only looked at then.',
      ),
    approval: approvalSchema,
    resources: z
      .array(resourceNameSchema)
      .max(NAMED_MAX)
      .default([])
      .describe('Resources to look at; an id stands for all its indices. Absent: all of them.'),
  }),
  'environment.destroy': z.strictObject({
    name: environmentNameSchema,
    approval: approvalSchema,
    plannedFor: timeSchema
      .optional()
      .describe('Only if it is still planned to be destroyed at this time.'),
  }),
  'action.run': z.strictObject({
    environment: environmentNameSchema,
    action: z.string().min(1).max(63).describe('Name of an action of its template.'),
    arguments: z
      .record(z.string(), json)
      .default({})
      .describe('What the action is given, by name, as its template declares it.'),
  }),
  'webhook.replay': z
    .strictObject({
      delivery: z.string().min(1).max(200).optional().describe('Id of one delivery.'),
      failedSince: timeSchema
        .optional()
        .describe('Instead: all that have failed since then; absent: all that have failed.'),
      webhook: z
        .string()
        .min(1)
        .max(63)
        .optional()
        .describe('Of these, those of one webhook alone.'),
    })
    .refine(
      ({ delivery, failedSince, webhook }) =>
        delivery === undefined || (failedSince === undefined && webhook === undefined),
      'name a delivery, or which ones with failedSince and webhook: one of the two',
    ),
  'run.approve': z.strictObject({
    run: runSchema,
    plan: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Digest of the plan that was looked at: another one is not approved by mistake.'),
  }),
  'run.cancel': z.strictObject({
    run: runSchema,
    reason: z
      .string()
      .min(1)
      .max(500, 'a reason has at most 500 characters')
      .optional()
      .describe('Why, for people who look at the run.'),
  }),
  'run.retry': z.strictObject({ run: runSchema }),
  'run.resolve': z.strictObject({
    run: runSchema,
    step: z.string().min(1).max(300).describe('Label or address of the step.'),
    as: z.enum(['done', 'not-started']).describe('How it ended.'),
    outputs: z
      .record(z.string(), json)
      .default({})
      .describe("With done: what the resource's outputs are."),
  }),
} as const;

export type CommandType = keyof typeof commandSchemas;

export type CommandData = { [T in CommandType]: z.output<(typeof commandSchemas)[T]> };

/** What a person or program has to write; defaults are filled in by intake. */
export type Command = {
  [T in CommandType]: { type: T; data: z.input<(typeof commandSchemas)[T]> };
}[CommandType];

export const COMMAND_TYPES = Object.keys(commandSchemas) as CommandType[];
