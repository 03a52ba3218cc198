import { z } from 'zod';
import { stepDocument } from '../../documents/documents.ts';
import { stepSchema } from '../../documents/schema/run.ts';
import { findRun, findStep, inOrder } from '../../queries/lookup.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { runParams } from './runs.ts';

const tags = ['runs'];

const changes = z.object({
  changedAfter: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Only steps that changed since an answer with this revision.'),
});

const stepsSchema = z.object({
  items: z.array(stepSchema),
  revision: z.int().describe('Of the newest change told: see changedAfter.'),
});

export function stepRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/runs/:run/steps',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'What the run does, each step after those that it waits for.',
        params: runParams,
        querystring: changes,
        response: { 200: stepsSchema, ...refusals(400, 404) },
      },
    },
    async ({ params, query: { changedAfter }, store }) => {
      const { id } = await findRun(store, params.run);
      const since = changedAfter === undefined ? {} : { changedAfter };
      const found = await store.find('steps', { where: { runId: id }, ...since });
      return {
        items: inOrder(found.map(({ value }) => value)).map(stepDocument),
        revision: Math.max(changedAfter ?? 0, ...found.map(({ revision }) => revision)),
      };
    },
  );
  app.get(
    '/api/v1/runs/:run/steps/:step',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One step of a run.',
        params: runParams.extend({
          step: z.string().min(1).max(1_000).describe('Its label or address: web[0].'),
        }),
        response: { 200: stepSchema, ...refusals(404) },
      },
    },
    async ({ params, store }) => {
      const run = await findRun(store, params.run);
      return stepDocument(await findStep(store, run, params.step));
    },
  );
}
