import { environmentDriftDocument } from '../../documents/drift.ts';
import { environmentDriftSchema } from '../../documents/schema/resource.ts';
import { readDrift } from '../../queries/drift.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { environmentParams } from './environments.ts';

export function driftRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/environments/:name/drift',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['environments'],
        summary: 'What the last looks at its resources found to differ from what was built.',
        params: environmentParams,
        response: { 200: environmentDriftSchema, ...refusals(404) },
      },
    },
    async ({ params, store }) => environmentDriftDocument(await readDrift(store, params.name)),
  );
}
