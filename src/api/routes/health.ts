import { z } from 'zod';
import type { HealthReport } from '../frame/health.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';

const HEALTH_TYPE = 'application/health+json';

const checkSchema = z.object({
  status: z.enum(['pass', 'warn', 'fail']),
  componentType: z.enum(['datastore', 'component', 'system']),
  time: z.iso.datetime(),
  output: z.string().optional(),
  breaker: z
    .enum(['closed', 'open', 'half-open'])
    .nullable()
    .optional()
    .describe('Of a backing system: its circuit breaker; null: it is embedded and has none.'),
});

const healthSchema = z
  .object({
    status: z.enum(['pass', 'warn', 'fail']),
    version: z.string(),
    serviceId: z.string().describe('Another one at each start.'),
    description: z.string(),
    checks: z.record(z.string(), z.array(checkSchema)).describe('By the name of the part.'),
  })
  .meta({ id: 'Health', description: 'How the server and all that it stands on are.' });

const infoSchema = z
  .object({
    name: z.literal('biotope'),
    version: z.string(),
    role: z.enum(['primary', 'secondary']),
    instance: z.string(),
    apiVersions: z.array(z.string()),
  })
  .meta({ id: 'Info', description: 'Who answers here.' });

const PLAIN = z.object({ status: z.enum(['ok', 'not ready']) });

const texts = new WeakMap<HealthReport, string>();

/** Written once for each report: it is the same one for as long as nothing changes. */
function healthText(report: HealthReport): string {
  const known = texts.get(report);
  if (known !== undefined) return known;
  const text = JSON.stringify(report);
  texts.set(report, text);
  return text;
}

/** What load balancers and people poll. They never wait for anything but the store. */
export function healthRoutes(app: ApiInstance, context: RouteContext): void {
  const { health } = context;
  const tags = ['health'];
  app.get(
    '/livez',
    {
      config: { access: 'open' },
      schema: { tags, summary: 'Whether the process lives.', response: { 200: PLAIN } },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { status: 'ok' as const };
    },
  );
  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: { tags, summary: 'Whether it takes commands.', response: { 200: PLAIN, 503: PLAIN } },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      if (health.isReady()) return { status: 'ok' as const };
      return reply.code(503).send({ status: 'not ready' });
    },
  );
  app.get(
    '/api/v1/health',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'How the server and each system behind it are.',
        description: '503 where it cannot do its work.',
        produces: [HEALTH_TYPE],
        response: { 200: healthSchema, 503: healthSchema },
      },
      serializerCompiler: () => healthText,
    },
    async (_request, reply) => {
      const report = await health.report();
      reply.type(HEALTH_TYPE).header('cache-control', 'no-store');
      if (report.status === 'fail') reply.code(503);
      return report;
    },
  );
  infoRoute(app, context);
}

function infoRoute(app: ApiInstance, context: RouteContext): void {
  app.get(
    '/api/v1/info',
    {
      config: { access: 'viewer' },
      schema: { tags: ['health'], summary: 'Who answers here.', response: { 200: infoSchema } },
    },
    async () => ({
      name: 'biotope' as const,
      version: context.version,
      role: context.role,
      instance: context.instance,
      apiVersions: ['v1'],
    }),
  );
}
