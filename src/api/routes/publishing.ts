import { z } from 'zod';
import { publishedTemplateDocument } from '../../documents/documents.ts';
import { templateSchema } from '../../documents/schema/template.ts';
import type { Limits } from '../../model/limits.ts';
import { templateKey } from '../../model/template.ts';
import { demandAll } from '../access/demand.ts';
import type { ApiInstance, RouteContext } from '../frame/instance.ts';
import { leavingOf } from '../frame/leaving.ts';
import { refusals } from '../frame/refusals.ts';

const PATH_CHARACTERS_MAX = 512;

/** In Base64 three bytes are four characters; paths and punctuation come on top. */
const ENCODED = 1.5;

const tags = ['templates'];

export function publishingRoutes(app: ApiInstance, { workshop, limits }: RouteContext): void {
  const bodyLimit = Math.ceil(limits.bundleBytesMax * ENCODED) + limits.commandBytesMax;
  const body = sentTemplate(limits);
  const refused = refusals(400, 404, 409, 413, 415, 422, 503);
  app.post(
    '/api/v1/templates',
    {
      bodyLimit,
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Checks a template and publishes this version of it.',
        description:
          'With everything that it takes from elsewhere, as "biotope template publish" does.',
        body,
        response: {
          200: z.object({ template: templateSchema, new: z.boolean() }),
          ...refused,
        },
      },
    },
    async (request, reply) => {
      demandAll(request.principal);
      const { record, isNew } = await workshop.publish(request.body, leavingOf(reply));
      if (isNew) {
        await request.audit({ action: 'template.publish', subject: templateKey(record.reference) });
      }
      return { template: publishedTemplateDocument(record), new: isNew };
    },
  );
  app.post(
    '/api/v1/template-checks',
    {
      bodyLimit,
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Checks a template without publishing it.',
        body,
        response: { 200: checkedSchema, ...refused },
      },
    },
    async ({ body: sent }, reply) => {
      const { template, ...rest } = await workshop.check(sent, leavingOf(reply));
      const { name, version, resources } = template;
      return { name, version, resources: resources.length, ...rest };
    },
  );
}

const checkedSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    digest: z.string(),
    resources: z.int(),
    unchecked: z.array(z.string()).describe('Why modules from elsewhere could not be checked.'),
  })
  .meta({ id: 'CheckedTemplate', description: 'A template without problems.' });

function sentTemplate(limits: Limits) {
  const file = z.object({
    path: z.string().min(1).max(PATH_CHARACTERS_MAX).describe('Relative, /-separated.'),
    executable: z.boolean().default(false),
    contentBase64: z.base64(),
  });
  const options = {
    label: z.string().max(500).default('what was sent').describe('For messages.'),
    upgrade: z.boolean().default(false).describe('Take the newest providers allowed.'),
    skipLock: z.boolean().default(false).describe('Lock no providers.'),
  };
  return z.union([
    z.strictObject({
      files: z.array(file).max(limits.bundleFilesMax).describe('All of a folder.'),
      ...options,
    }),
    z.strictObject({
      source: z
        .string()
        .max(2_000)
        .startsWith('git::')
        .describe('A folder of a repository, which the server fetches: git::https://…'),
      ...options,
    }),
  ]);
}
