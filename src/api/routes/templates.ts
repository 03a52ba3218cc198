import { z } from 'zod';
import { publishedTemplateDocument } from '../../documents/documents.ts';
import { pageOf } from '../../documents/schema/common.ts';
import { templateSchema } from '../../documents/schema/template.ts';
import { findTemplate } from '../../engine/find-template.ts';
import { BiotopeError } from '../../model/errors.ts';
import { templateKey } from '../../model/template.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { findPage, pageQuery } from '../frame/paging.ts';
import { refusals } from '../frame/refusals.ts';

const tags = ['templates'];

const filters = z.object({ ...pageQuery, name: z.string().max(100).optional() });

const params = z.object({
  template: z
    .string()
    .min(1)
    .max(200)
    .describe('name, name@1.2.0 or a range such as name@^1.2: the newest that fits.'),
});

export function templateRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/templates',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'All published versions, in the order of names.',
        querystring: filters,
        response: { 200: pageOf(templateSchema), ...refusals(400) },
      },
    },
    async ({ query, store }) => {
      const { items, next } = await findPage(store, 'templates', {
        page: query,
        where: query.name === undefined ? {} : { name: query.name },
        keyOf: ({ reference }) => templateKey(reference),
      });
      return { items: items.map(({ value }) => publishedTemplateDocument(value)), next };
    },
  );
  app.get(
    '/api/v1/templates/:template',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One published version.',
        params,
        response: { 200: templateSchema, ...refusals(404) },
      },
    },
    async ({ store, params: { template } }) => {
      const { reference } = await findTemplate(store, template);
      const record = await store.get('templates', templateKey(reference));
      if (record !== undefined) return publishedTemplateDocument(record.value);
      throw new BiotopeError('TEMPLATE_NOT_FOUND', {
        message: `The template ${templateKey(reference)} is gone.`,
      });
    },
  );
}
