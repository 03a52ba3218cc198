import { z } from 'zod';
import { runDocument } from '../../documents/documents.ts';
import { pageOf } from '../../documents/schema/common.ts';
import { runSchema, runStatusSchema } from '../../documents/schema/run.ts';
import { findRun } from '../../queries/lookup.ts';
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
  status: z
    .union([runStatusSchema, z.array(runStatusSchema).max(runStatusSchema.options.length)])
    .optional()
    .describe('May be given several times.'),
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
}
