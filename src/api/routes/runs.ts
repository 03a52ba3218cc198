import { z } from 'zod';
import { runDocument, stepDocument } from '../../documents/documents.ts';
import { pageOf } from '../../documents/schema/common.ts';
import { runSchema, runStatusSchema, stepSchema } from '../../documents/schema/run.ts';
import { findRun, stepsOf } from '../../queries/lookup.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { findPage, pageQuery } from '../frame/paging.ts';
import { refusals } from '../frame/refusals.ts';

const tags = ['runs'];

export const runParams = z.object({
  run: z
    .string()
    .min(1)
    .max(100)
    .describe('Id of a run, or the name of an environment: its newest.'),
});

const filters = z.object({
  ...pageQuery,
  environment: z.string().max(100).optional(),
  status: runStatusSchema.optional(),
});

export function runRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/runs',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'All runs, newest first.',
        querystring: filters,
        response: { 200: pageOf(runSchema), ...refusals(400) },
      },
    },
    async ({ query, store }) => {
      const { environment, status } = query;
      const where = {
        ...(environment === undefined ? {} : { environment }),
        ...(status === undefined ? {} : { status }),
      };
      const { items, next } = await findPage(store, 'runs', {
        page: query,
        where,
        reverse: true,
        keyOf: ({ id }) => id,
      });
      return { items: items.map(({ value }) => runDocument(value)), next };
    },
  );
  app.get(
    '/api/v1/runs/:run',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One run.',
        params: runParams,
        response: { 200: runSchema, ...refusals(404) },
      },
    },
    async ({ params, store }) => runDocument(await findRun(store, params.run)),
  );
  app.get(
    '/api/v1/runs/:run/steps',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What the run does, each step after those that it waits for.',
        params: runParams,
        response: { 200: z.object({ items: z.array(stepSchema) }), ...refusals(404) },
      },
    },
    async ({ params, store }) => {
      const { id } = await findRun(store, params.run);
      return { items: (await stepsOf(store, id)).map(stepDocument) };
    },
  );
}
