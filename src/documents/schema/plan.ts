import { z } from 'zod';
import { templateReferenceSchema } from './common.ts';
import { environmentStatusSchema } from './environment.ts';
import { runSummarySchema } from './run.ts';

const differenceSchema = z
  .union([
    z.array(z.object({ subject: z.string(), action: z.string(), lines: z.array(z.string()) })),
    z.object({ message: z.string(), code: z.string().optional() }),
  ])
  .nullable()
  .optional()
  .describe('What its executor says it would do, or why it says nothing; only where it was asked.');

const plannedSchema = z.object({
  address: z.string(),
  label: z.string(),
  executor: z.string(),
  action: z
    .enum(['create', 'change', 'adopt', 'rotate', 'remove', 'look', 'leave', 'decide'])
    .describe('decide: known only during the run.'),
  reason: z.string(),
  movedFrom: z.string().nullable(),
  protect: z.boolean(),
  protectChanges: z.boolean(),
  after: z.array(z.string()),
  difference: differenceSchema,
});

export const planSchema = z
  .object({
    environment: z.string(),
    template: templateReferenceSchema.nullable(),
    summary: runSummarySchema,
    settings: z
      .array(
        z.object({
          setting: z.enum(['template', 'description', 'tags', 'protect', 'approval', 'reconcile']),
          before: z.string(),
          after: z.string(),
        }),
      )
      .describe('Of the environment itself.'),
    approval: z
      .enum(['template', 'environment', 'command'])
      .nullable()
      .describe('Who asks that people approve of it first.'),
    resources: z.array(plannedSchema).describe('Builds in their order, then removals.'),
  })
  .meta({ id: 'Plan', description: 'What a command would do now.' });

export const impactSchema = z
  .object({
    template: templateReferenceSchema,
    environments: z.array(
      z.object({
        environment: z.string(),
        status: environmentStatusSchema,
        from: templateReferenceSchema,
        newlyRequired: z
          .array(z.object({ name: z.string(), secret: z.boolean() }))
          .describe('Parameters without which it cannot be brought to this version.'),
        summary: runSummarySchema.nullable().describe('Null where it cannot be planned.'),
        resources: z.array(plannedSchema),
        error: z
          .object({ code: z.string(), message: z.string(), detail: z.string().nullable() })
          .nullable(),
      }),
    ),
    upToDate: z.array(z.string()),
    takingIn: z.array(
      z.object({
        environment: z.string(),
        from: templateReferenceSchema,
        nested: templateReferenceSchema,
        newer: templateReferenceSchema.nullable(),
      }),
    ),
  })
  .meta({
    id: 'Impact',
    description: 'What a version would change in what is made from older ones.',
  });
