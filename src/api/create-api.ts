import type { FastifyInstance } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { guardRoutes } from './access/gate.ts';
import { createRefusalLog } from './access/refusal-log.ts';
import { demandRules } from './access/rules.ts';
import type { ApiContext } from './frame/context.ts';
import { tagAnswers } from './frame/etag.ts';
import { createEventStreams } from './frame/event-stream.ts';
import { hardenAnswers } from './frame/headers.ts';
import { createHealth } from './frame/health.ts';
import { newInstance, type Routes } from './frame/instance.ts';
import { describeApi } from './frame/openapi.ts';
import { answerProblems } from './frame/problems.ts';
import { nameRequests } from './frame/request-id.ts';
import { traceRequests } from './frame/trace-requests.ts';
import { watchRequests } from './frame/watch-requests.ts';
import { auditRoutes } from './routes/audit.ts';
import { commandRoutes } from './routes/commands.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { driftRoutes } from './routes/drift.ts';
import { environmentRoutes } from './routes/environments.ts';
import { eventRoutes } from './routes/events.ts';
import { graphRoutes } from './routes/graph.ts';
import { healthRoutes } from './routes/health.ts';
import { logRoutes } from './routes/logs.ts';
import { orderRoutes } from './routes/orders.ts';
import { previewRoutes } from './routes/previews.ts';
import { problemRoutes } from './routes/problems.ts';
import { publishingRoutes } from './routes/publishing.ts';
import { resourceRoutes } from './routes/resources.ts';
import { runCommandRoutes } from './routes/run-commands.ts';
import { runPlanRoutes } from './routes/run-plan.ts';
import { runRoutes } from './routes/runs.ts';
import { searchRoutes } from './routes/search.ts';
import { secretRoutes } from './routes/secrets.ts';
import { stepRoutes } from './routes/steps.ts';
import { templateRoutes } from './routes/templates.ts';

const ROUTES: readonly Routes[] = [
  healthRoutes,
  environmentRoutes,
  graphRoutes,
  secretRoutes,
  driftRoutes,
  resourceRoutes,
  templateRoutes,
  publishingRoutes,
  runRoutes,
  stepRoutes,
  runPlanRoutes,
  runCommandRoutes,
  logRoutes,
  eventRoutes,
  searchRoutes,
  previewRoutes,
  commandRoutes,
  orderRoutes,
  deliveryRoutes,
  problemRoutes,
  auditRoutes,
];

/** REST `/api/v1`, and what Kubernetes asks. Not listening yet. */
export async function createApi(context: ApiContext): Promise<FastifyInstance> {
  const app = newInstance(context);
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  // Documents are made field by field (src/documents): nothing has to be filtered out of them.
  app.setSerializerCompiler(() => (document) => JSON.stringify(document));
  answerProblems(app, context);
  nameRequests(app);
  watchRequests(app, context);
  traceRequests(app, context);
  hardenAnswers(app);
  demandRules(app);
  const refusals = createRefusalLog(context);
  app.addHook('onClose', () => refusals.close());
  await guardRoutes(app, { ...context, refusals });
  tagAnswers(app);
  await describeApi(app, context);
  const streams = createEventStreams(context);
  app.addHook('onClose', async () => streams.close());
  const known = { ...context, streams, health: createHealth(context) };
  for (const routes of ROUTES) routes(app, known);
  await app.ready();
  return app;
}
