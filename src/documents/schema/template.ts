import { z } from 'zod';
import { groupSchema, json, optionalTime, templateReferenceSchema } from './common.ts';

export const templateSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    digest: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    commit: z.string().nullable(),
    source: z
      .object({ url: z.string(), path: z.string(), ref: z.string().nullable() })
      .nullable()
      .describe('The repository that it is from; null: a folder.'),
    modules: z.array(
      z.object({
        source: z.string(),
        version: z.string().nullable(),
        url: z.string(),
        commit: z.string(),
        folder: z.string(),
      }),
    ),
    locks: z.array(z.object({ module: z.string(), providers: z.array(z.string()) })),
    publishedAt: optionalTime,
    approval: z
      .enum(['required'])
      .nullable()
      .describe('Whether each run of its environments needs an approval; null: it does not say.'),
    parameters: z.record(z.string(), json).describe('JSON Schema of its parameters.'),
    resources: z.array(
      z.object({
        id: z.string(),
        executor: z.string(),
        count: z.union([z.number(), z.string()]).nullable(),
        description: z.string(),
        needs: z.array(z.string()),
        movedFrom: z.array(z.string()).describe('Ids that it had in older versions.'),
      }),
    ),
    nested: z.array(z.object({ prefix: z.string(), template: templateReferenceSchema })),
    groups: z.array(groupSchema),
    actions: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        app: z.object({
          name: z.string(),
          url: z.string().nullable(),
          command: z.array(z.string()),
        }),
        parameters: z.record(z.string(), json).describe('JSON Schema of its arguments.'),
        secretOutputs: z.array(z.string()),
        pool: z.string(),
        timeoutSeconds: z.int().nullable(),
      }),
    ),
    entrypoints: z.array(z.object({ name: z.string(), description: z.string(), url: z.string() })),
    outputs: z.array(
      z.object({ name: z.string(), description: z.string(), value: json, secret: z.boolean() }),
    ),
  })
  .meta({ id: 'Template', description: 'A published version of a template.' });
