import { z } from 'zod';
import { groupSchema, json, linkSchema, templateReferenceSchema, time } from './common.ts';

export const resourceStatusSchema = z.enum([
  'creating',
  'changing',
  'ok',
  'failed',
  'removing',
  'unknown',
]);

const statusEndpointSchema = z.object({
  kind: z.enum(['http', 'tcp', 'consul']),
  target: z.string(),
  expectStatus: z.array(z.int()).describe('Accepted ones; empty: any below 400.'),
  timeoutSeconds: z.number(),
  intervalSeconds: z.number(),
});

const driftSchema = z
  .object({
    drifted: z.boolean(),
    finding: z.enum(['present', 'absent', 'partial']),
    counts: z.object({
      changed: z.int(),
      missing: z.int(),
      extra: z.int(),
      noise: z.int().describe('Ignored by a rule of the template.'),
    }),
    deviations: z
      .array(
        z.object({
          subject: z.string(),
          kind: z.enum(['changed', 'missing', 'extra', 'noise']),
          detail: z.string(),
        }),
      )
      .describe('The first of them, those that count before noise.'),
    run: z.string().describe('The run that looked.'),
    lookedAt: time,
  })
  .meta({ id: 'Drift', description: 'What the last look at a resource found.' });

export const resourceSchema = z
  .object({
    environment: z.string(),
    address: z.string().describe('Unique in its environment: db/server, web[0].'),
    identity: z.string().describe('The address that it was first made under.'),
    label: z.string(),
    executor: z.string(),
    external: z.string().nullable().describe('The name of what others own.'),
    pool: z.string(),
    status: resourceStatusSchema,
    description: z.string(),
    tags: z.array(z.string()),
    links: z.array(linkSchema),
    protect: z.boolean(),
    template: templateReferenceSchema.describe('What it was last built from.'),
    dependsOn: z.array(z.string()).describe('Addresses of what it needs.'),
    statusEndpoints: z.array(statusEndpointSchema),
    outputs: z.record(z.string(), json).describe('Secret ones are redacted.'),
    parts: z
      .array(z.object({ address: z.string(), type: z.string(), dependsOn: z.array(z.string()) }))
      .describe('Finer resources inside, such as those of Terraform.'),
    drift: driftSchema.nullable().describe('Null: nobody looked since it was built.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Resource', description: 'A node of the graph of an environment.' });

export const environmentDriftSchema = z
  .object({
    environment: z.string(),
    drifted: z.int().describe('Resources that have drifted; noise does not count.'),
    resources: z.array(
      resourceSchema.pick({
        address: true,
        label: true,
        executor: true,
        status: true,
        drift: true,
      }),
    ),
  })
  .meta({ id: 'EnvironmentDrift', description: 'What is known of the drift of an environment.' });

export const resourceDetailSchema = resourceSchema
  .extend({
    inputs: z.record(z.string(), json).describe('What it was last asked to be. Secrets redacted.'),
    lastRun: z.string().describe('The run that touched it last.'),
  })
  .meta({ id: 'ResourceDetail', description: 'A resource with what it was asked to be.' });

export const graphSchema = z
  .object({
    nodes: z.array(resourceSchema),
    edges: z.array(z.object({ from: z.string(), to: z.string() })).describe('from needs to.'),
    groups: z.array(groupSchema),
  })
  .meta({ id: 'Graph', description: 'The resources of an environment and what they need.' });

const nodeSchema = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.string().nullable(),
  address: z.string().nullable(),
  executor: z.string().nullable(),
  external: z.string().nullable(),
  status: resourceStatusSchema.nullable(),
});

export const dependenciesSchema = z
  .object({
    of: nodeSchema,
    direction: z.enum(['dependencies', 'dependents']),
    nodes: z.array(nodeSchema.extend({ depth: z.int() })).describe('Nearest first.'),
    edges: z.array(z.object({ from: z.string(), to: z.string() })),
    truncated: z.boolean().describe('There is more than is told.'),
  })
  .meta({ id: 'Dependencies', description: 'What is needed, or what needs it, however far.' });
