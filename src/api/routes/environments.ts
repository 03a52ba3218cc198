import { z } from 'zod';
import { environmentDocument } from '../../documents/documents.ts';
import { pageOf } from '../../documents/schema/common.ts';
import { environmentSchema, environmentStatusSchema } from '../../documents/schema/environment.ts';
import { isExpiring } from '../../queries/expiring.ts';
import { findEnvironment } from '../../queries/lookup.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { findPage, pageQuery } from '../frame/paging.ts';
import { refusals } from '../frame/refusals.ts';

const tags = ['environments'];

export const environmentParams = z.object({
  name: z.string().min(1).max(100).describe('Name of the environment.'),
});

const filters = z.object({
  ...pageQuery,
  status: environmentStatusSchema.optional(),
  tag: z.string().max(100).optional().describe('Only those that have this tag.'),
  template: z.string().max(200).optional().describe('Only those made from this template.'),
  expiring: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Only those that are to end before this time.'),
});

export function environmentRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/environments',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'All environments, in the order of names.',
        querystring: filters,
        response: { 200: pageOf(environmentSchema), ...refusals(400) },
      },
    },
    async ({ query, store }) => {
      const { status, tag, template, expiring } = query;
      const beforeMs = expiring === undefined ? null : Date.parse(expiring);
      const { items, next } = await findPage(store, 'environments', {
        page: query,
        where: status === undefined ? {} : { status },
        keyOf: ({ name }) => name,
        fits: (one) =>
          (beforeMs === null || isExpiring(one, beforeMs)) &&
          (tag === undefined || one.tags.includes(tag)) &&
          (template === undefined || one.template.name === template),
      });
      return { items: items.map(({ value }) => environmentDocument(value)), next };
    },
  );
  app.get(
    '/api/v1/environments/:name',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One environment.',
        params: environmentParams,
        response: { 200: environmentSchema, ...refusals(404) },
      },
    },
    async ({ params, store }) => environmentDocument(await findEnvironment(store, params.name)),
  );
}
