import { graphDocument } from '../../documents/graph.ts';
import { graphSchema } from '../../documents/schema/resource.ts';
import { findEnvironment, groupsOf, resourcesOf } from '../../queries/lookup.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { environmentParams } from './environments.ts';

export function graphRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/environments/:name/graph',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['environments'],
        summary: 'Its resources, what they need of each other, and their groups.',
        params: environmentParams,
        response: { 200: graphSchema, ...refusals(404) },
      },
    },
    async ({ params, store }) => {
      const environment = await findEnvironment(store, params.name);
      const resources = await resourcesOf(store, environment.name);
      return graphDocument(resources, await groupsOf(store, environment));
    },
  );
}
