import { z } from 'zod';
import type { Command } from '../../bus/messages/commands.ts';
import { impactSchema, planSchema } from '../../documents/schema/plan.ts';
import { parseCommand } from '../../engine/intake/parse.ts';
import { demandRole } from '../access/demand.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';
import { leavingOf } from '../frame/leaving.ts';
import { refusals } from '../frame/refusals.ts';

const PREVIEWED = ['environment.create', 'environment.update', 'environment.destroy'] as const;

type Previewed = Extract<Command, { type: (typeof PREVIEWED)[number] }>;

const ENVIRONMENTS_NAMED_MAX = 100;

const previewBody = z.object({
  type: z.enum(PREVIEWED),
  data: z.record(z.string(), z.unknown()).describe('As of the command itself.'),
  differences: z
    .boolean()
    .default(false)
    .describe("In each executor's own words as well, such as Terraform's plan."),
});

const impactQuery = z.object({
  environment: z
    .union([z.string().max(100), z.array(z.string().max(100)).max(ENVIRONMENTS_NAMED_MAX)])
    .optional()
    .describe('Only these, all made from this template; may be given again.'),
  differences: z
    .stringbool()
    .default(false)
    .describe('With real plans: each executor is asked what it would do.'),
});

/** What would be done, without doing it. */
export function previewRoutes(app: ApiInstance, { plans, limits }: RouteContext): void {
  app.post(
    '/api/v1/previews',
    {
      config: { access: 'operator' },
      schema: {
        tags: ['commands'],
        summary: 'What a command would do now.',
        description: 'Changes nothing, and needs no approval. Values of secrets never come back.',
        body: previewBody,
        response: { 200: planSchema, ...refusals(400, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { body, store } = request;
      const { type, data, differences } = body;
      const command = parseCommand(type, data, limits) as Previewed;
      await request.demand(command);
      const signal = leavingOf(reply);
      return plans.plan({ store, command, withDifferences: differences, signal });
    },
  );
  app.get(
    '/api/v1/templates/:template/impact',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['templates'],
        summary: 'What a version would change in every environment made from an older one.',
        description: 'Changes nothing. One that cannot be planned says why, and hides no other.',
        params: z.object({ template: z.string().min(1).max(200) }),
        querystring: impactQuery,
        response: { 200: impactSchema, ...refusals(400, 404, 503) },
      },
    },
    async ({ params: { template }, query, store, principal }, reply) => {
      const { environment, differences } = query;
      // To look, executors start programs of templates.
      if (differences) demandRole(principal, 'operator');
      return plans.impact({
        store,
        template,
        environments: environment === undefined ? undefined : [environment].flat(),
        withDifferences: differences,
        signal: leavingOf(reply),
      });
    },
  );
}
