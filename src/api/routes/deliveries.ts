import { z } from 'zod';
import { deliveryDocument } from '../../documents/delivery.ts';
import { pageOf } from '../../documents/schema/common.ts';
import { deliverySchema, deliveryStatusSchema } from '../../documents/schema/delivery.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { findPage, pageQuery } from '../frame/paging.ts';
import { refusals } from '../frame/refusals.ts';

const filters = z.object({
  ...pageQuery,
  webhook: z.string().max(63).optional().describe('Only those of this webhook.'),
  status: deliveryStatusSchema.optional(),
});

/** For admins: receivers' answers are told, and events of all environments. */
export function deliveryRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/deliveries',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['webhooks'],
        summary: 'What was told to webhooks, or is to be: by webhook, the newest event first.',
        querystring: filters,
        response: { 200: pageOf(deliverySchema), ...refusals(400) },
      },
    },
    async ({ store, query }) => {
      const { webhook, status } = query;
      const { items, next } = await findPage(store, 'deliveries', {
        page: query,
        reverse: true,
        where: {
          ...(webhook === undefined ? {} : { webhook }),
          ...(status === undefined ? {} : { status }),
        },
        keyOf: ({ id }) => id,
      });
      return { items: items.map(({ value }) => deliveryDocument(value)), next };
    },
  );
}
