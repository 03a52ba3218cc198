import { z } from 'zod';
import { dependencyDocument } from '../../documents/dependencies.ts';
import { resourceDocument } from '../../documents/documents.ts';
import { pageOf } from '../../documents/schema/common.ts';
import {
  dependenciesSchema,
  resourceDetailSchema,
  resourceSchema,
  resourceStatusSchema,
} from '../../documents/schema/resource.ts';
import { resourceKey } from '../../model/resource.ts';
import { redactJson } from '../../platform/redact-json.ts';
import { viewDependencies } from '../../queries/dependencies.ts';
import { findResource } from '../../queries/find-resource.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { findPage, pageQuery } from '../frame/paging.ts';
import { refusals } from '../frame/refusals.ts';

const tags = ['resources'];

const NODES_MAX = 10_000;
const NODES_DEFAULT = 1_000;
const DEPTH_MAX = 100_000;

const params = z.object({
  environment: z
    .string()
    .min(1)
    .max(100)
    .describe('Name of the environment; `external` for what others own.'),
  resource: z.string().min(1).max(300).describe('Label or address, percent-encoded: db%2Fserver.'),
});

const filters = z.object({
  ...pageQuery,
  environment: z.string().max(100).optional(),
  status: resourceStatusSchema.optional(),
  executor: z.string().max(100).optional(),
  tag: z.string().max(100).optional(),
});

const walk = z.object({
  depth: z.coerce.number().int().min(1).max(DEPTH_MAX).optional().describe('So many steps; all.'),
  limit: z.coerce.number().int().min(1).max(NODES_MAX).default(NODES_DEFAULT),
});

export function resourceRoutes(app: ApiInstance): void {
  listRoute(app);
  app.get(
    '/api/v1/resources/:environment/:resource',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'One resource.',
        params,
        response: { 200: resourceDetailSchema, ...refusals(404) },
      },
    },
    async ({ store, params: { environment, resource } }) => {
      const found = await findResource(store, `${environment}/${resource}`);
      return {
        ...resourceDocument(found),
        inputs: redactJson(found.spec),
        lastRun: found.runId,
      };
    },
  );
  for (const direction of ['dependencies', 'dependents'] as const) {
    app.get(
      `/api/v1/resources/:environment/:resource/${direction}`,
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: SUMMARIES[direction],
          params,
          querystring: walk,
          response: { 200: dependenciesSchema, ...refusals(400, 404) },
        },
      },
      async ({ store, params: { environment, resource }, query: { depth, limit } }) => {
        const isExternal = environment === 'external';
        const of = isExternal ? `external:${resource}` : `${environment}/${resource}`;
        const view = await viewDependencies(store, { of, direction, depth, limit });
        return dependencyDocument(view);
      },
    );
  }
}

const SUMMARIES = {
  dependencies: 'What it needs, through any number of others.',
  dependents: 'What needs it, through any number of others, in whichever environments.',
};

function listRoute(app: ApiInstance): void {
  app.get(
    '/api/v1/resources',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'All resources, in the order of environments and addresses.',
        querystring: filters,
        response: { 200: pageOf(resourceSchema), ...refusals(400) },
      },
    },
    async ({ query, store }) => {
      const { environment, status, executor, tag } = query;
      const where = {
        ...(environment === undefined ? {} : { environment }),
        ...(status === undefined ? {} : { status }),
      };
      const { items, next } = await findPage(store, 'resources', {
        page: query,
        where,
        keyOf: (one) => resourceKey(one.environment, one.address),
        fits: (one) =>
          (executor === undefined || one.executor === executor) &&
          (tag === undefined || one.tags.includes(tag)),
      });
      return { items: items.map(({ value }) => resourceDocument(value)), next };
    },
  );
}
