import { z } from 'zod';
import { failureSchema, json, optionalTime, templateReferenceSchema, time } from './common.ts';

export const runStatusSchema = z.enum([
  'queued',
  'planning',
  'awaiting-approval',
  'running',
  'succeeded',
  'failed',
  'cancelled',
]);

export const runSummarySchema = z.object({
  create: z.int(),
  change: z.int(),
  adopt: z.int(),
  rotate: z.int(),
  decide: z.int().describe('Known only during the run: each is then changed or left.'),
  remove: z.int(),
  unchanged: z.int(),
  look: z.int().describe('Are looked at, whether they have drifted.'),
});

const approvalSchema = z.object({
  requiredBy: z.enum(['command', 'environment', 'template']),
  cause: z
    .enum(['plan', 'stale', 'steps'])
    .describe(
      'stale: what the plan before rested on has changed. steps: what some of them would replace or remove.',
    ),
  plan: z
    .string()
    .nullable()
    .describe('Digest of what people are asked about; approve says it again.'),
  askedAt: optionalTime,
  approved: z.object({ plan: z.string(), by: z.string(), at: optionalTime }).nullable(),
});

export const runSchema = z
  .object({
    id: z.string(),
    environment: z.string(),
    kind: z.enum(['create', 'update', 'destroy', 'reconcile', 'action']),
    status: runStatusSchema,
    template: templateReferenceSchema.nullable(),
    action: z.string().nullable().describe('Name of the action; null for every other kind.'),
    arguments: z
      .record(z.string(), json)
      .nullable()
      .describe('What an action was given, secrets redacted.'),
    outputs: z
      .record(z.string(), json)
      .nullable()
      .describe('What an action returned, secrets redacted.'),
    summary: runSummarySchema.nullable().describe('What it does; null before it is planned.'),
    reconcile: z
      .object({
        heal: z.boolean().nullable().describe('Null: as the template says.'),
        resources: z.array(z.string()).describe('None: all of them.'),
      })
      .nullable()
      .describe('What a run of this kind was asked for.'),
    failure: failureSchema.nullable(),
    retryOf: z.string().nullable(),
    approval: approvalSchema.nullable().describe('Null: nobody asks for one.'),
    cancelRequestedAt: optionalTime,
    cancelReason: z.string().nullable(),
    order: z.int().describe("Its place in the environment's line: runs go in this order."),
    acceptedAt: time,
    startedAt: optionalTime,
    finishedAt: optionalTime,
  })
  .meta({ id: 'Run', description: 'One execution against an environment.' });

export const stepSchema = z
  .object({
    run: z.string(),
    environment: z.string(),
    address: z.string(),
    identity: z.string().describe('The address that its resource was first made under.'),
    label: z.string(),
    executor: z.string(),
    pool: z.string(),
    action: z.enum(['create', 'change', 'adopt', 'rotate', 'remove', 'act', 'look']),
    reason: z.string(),
    status: z.enum([
      'pending',
      'dispatched',
      'running',
      'parked',
      'unknown',
      'succeeded',
      'failed',
      'cancelled',
      'skipped',
    ]),
    result: z
      .enum(['created', 'changed', 'adopted', 'rotated', 'removed', 'unchanged', 'done', 'drifted'])
      .nullable(),
    failure: failureSchema.nullable(),
    operation: z
      .enum(['apply', 'adopt', 'rotate', 'destroy', 'inspect', 'look', 'act'])
      .describe('What is or was last asked of the executor; inspect: how the attempt ended.'),
    attempt: z.int(),
    attemptsMax: z.int(),
    needsResolve: z.boolean().describe('Only a person can tell how it ended.'),
    after: z.array(z.string()).describe('Addresses of what comes before it.'),
    parked: z
      .object({ system: z.string(), since: time })
      .nullable()
      .describe('The system that it waits for, which is away.'),
    claims: z.int().describe('How often a worker has begun with it, inspections included.'),
    notBefore: optionalTime.describe('The next attempt waits until then.'),
    startedAt: optionalTime,
    finishedAt: optionalTime,
  })
  .meta({ id: 'Step', description: 'One resource in a run, or its action.' });
