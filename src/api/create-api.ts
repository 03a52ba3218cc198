import type { FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { ApiContext } from './frame/context.ts';
import { tagAnswers } from './frame/etag.ts';
import { newInstance, type Routes } from './frame/instance.ts';
import { describeApi } from './frame/openapi.ts';
import { answerProblems } from './frame/problems.ts';
import { nameRequests } from './frame/request-id.ts';
import { commandRoutes } from './routes/commands.ts';
import { environmentRoutes } from './routes/environments.ts';
import { healthRoutes } from './routes/health.ts';
import { runRoutes } from './routes/runs.ts';

const ROUTES: readonly Routes[] = [healthRoutes, environmentRoutes, runRoutes, commandRoutes];

/** REST `/api/v1`, and what Kubernetes asks. Not listening yet. */
export async function createApi(context: ApiContext): Promise<FastifyInstance> {
  const app = newInstance(context);
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  // Documents are made field by field (src/documents): nothing has to be filtered out of them.
  app.setSerializerCompiler(() => (document) => JSON.stringify(document));
  answerProblems(app, context);
  nameRequests(app);
  tagAnswers(app);
  await describeApi(app, context);
  for (const routes of ROUTES) routes(app, context);
  await app.ready();
  return app;
}
