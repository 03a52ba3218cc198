import { outputsSchema } from '../../documents/schema/environment.ts';
import { findEnvironment } from '../../queries/lookup.ts';
import { revealAll } from '../../queries/reveal.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';
import { environmentParams } from './environments.ts';

/** The one address that tells secrets. */
export function secretRoutes(app: ApiInstance, { secrets }: RouteContext): void {
  app.get(
    '/api/v1/environments/:name/secrets',
    {
      config: { access: 'operator' },
      schema: {
        tags: ['environments'],
        summary: 'Its outputs, secrets in the clear.',
        description: 'Each look is written to the audit log before it is answered.',
        params: environmentParams,
        response: { 200: outputsSchema, ...refusals(404) },
      },
    },
    async (request, reply) => {
      const { name, outputs } = await findEnvironment(request.store, request.params.name);
      await request.audit({ action: 'environment.reveal', subject: name });
      reply.header('cache-control', 'no-store');
      return { outputs: await revealAll(outputs, secrets) };
    },
  );
}
