import { z } from 'zod';
import {
  failureSchema,
  json,
  linkSchema,
  optionalTime,
  templateReferenceSchema,
  time,
} from './common.ts';

export const environmentStatusSchema = z.enum([
  'deploying',
  'validating',
  'ok',
  'failed',
  'destroying',
  'destroyed',
]);

const expirySchema = z.object({
  attempts: z.int().describe('Destructions that were begun for it.'),
  run: z.string().nullable().describe('The last of them.'),
  nextAttemptAt: optionalTime,
  obstacle: z.enum(['protected', 'given-up']).nullable().describe('Why it does not end by itself.'),
});

export const environmentSchema = z
  .object({
    name: z.string(),
    id: z.string().describe('Another one each time the name is used again.'),
    status: environmentStatusSchema,
    description: z.string(),
    tags: z.array(z.string()),
    links: z.array(linkSchema),
    failure: failureSchema.nullable(),
    template: templateReferenceSchema,
    parameters: z.record(z.string(), json).describe('Secret ones are redacted.'),
    outputs: z.record(z.string(), json).describe('Secret ones are redacted.'),
    entrypoints: z.array(z.object({ name: z.string(), description: z.string(), url: z.string() })),
    protect: z.boolean().describe('It refuses to be destroyed.'),
    requireApproval: z.boolean().describe('Each of its runs waits for an approval.'),
    resourceCount: z.int(),
    activeRun: z.string().nullable().describe('The run that holds it now.'),
    lastRun: z.string().nullable(),
    createdAt: time,
    destroyedAt: optionalTime,
    plannedDestructionAt: optionalTime,
    reconcile: z
      .object({
        schedule: z.string().describe('A cron expression.'),
        timeZone: z.string(),
        heal: z.boolean().nullable().describe('Null: where the template says so.'),
        from: z.enum(['command', 'template']).describe('Who said so.'),
        nextAt: optionalTime.describe(
          'The next turn; a server may delay it by reconcile.jitterMs.',
        ),
        lastAt: optionalTime.describe('The last turn that was taken.'),
      })
      .nullable()
      .describe('When a server reconciles it by itself; null: never.'),
    expiry: expirySchema.nullable().describe('What was done about the planned end.'),
  })
  .meta({ id: 'Environment', description: 'An environment, as it is recorded.' });

export const outputsSchema = z
  .object({ outputs: z.record(z.string(), json) })
  .meta({ id: 'Outputs', description: 'Outputs of an environment, secrets in the clear.' });
