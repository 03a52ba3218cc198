import swagger from '@fastify/swagger';
import swaggerPage from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { envelopeSchema } from '../../bus/messages/envelope.ts';
import { commandBodySchema } from '../document/command-bodies.ts';
import { finishDocument } from '../document/finish.ts';
import type { ApiContext } from './context.ts';

const TAGS = [
  { name: 'environments', description: 'What was built, from which template, and how it is.' },
  { name: 'resources', description: 'Nodes of the graphs of environments, and what they need.' },
  { name: 'templates', description: 'What environments are made from.' },
  { name: 'runs', description: 'What is or was done to environments, step by step.' },
  { name: 'commands', description: 'What is to be done.' },
  { name: 'events', description: 'What happened, from the first on.' },
  { name: 'webhooks', description: 'What is told to addresses outside.' },
  { name: 'search', description: 'Environments, resources and templates by words.' },
  { name: 'audit', description: 'Who asked for what, and what became of it.' },
  { name: 'problems', description: 'What can go wrong.' },
  { name: 'health', description: 'How the server is.' },
];

const DESCRIPTION =
  'Environments from versioned templates: build, watch, change, destroy. Documents have an ETag: a GET ' +
  'with If-None-Match is answered with 304 as long as nothing changed. Every answer names its request ' +
  'in X-Request-Id. Whatever is refused is a problem (RFC 9457); its `type` leads to what it means.';

/** An envelope takes any command, and says itself what is wrong with one; here stands what each is. */
function asWritten<S extends { body?: unknown }>(schema: S): S {
  return schema?.body === envelopeSchema ? { ...schema, body: commandBodySchema } : schema;
}

/** The description of the API is made of the routes' own schemas. To be called before they are. */
export async function describeApi(app: FastifyInstance, { version }: ApiContext): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Biotope',
        version,
        description: DESCRIPTION,
      },
      tags: TAGS,
    },
    transform: (route) => jsonSchemaTransform({ ...route, schema: asWritten(route.schema) }),
    transformObject: (made) => finishDocument(jsonSchemaTransformObject(made)),
  });
  await app.register(async (page) => {
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'viewer' };
    });
    await page.register(swaggerPage, { routePrefix: '/api/v1/docs', staticCSP: true });
  });
  app.get(
    '/api/v1/openapi.json',
    { config: { access: 'viewer' }, schema: { hide: true } },
    async () => app.swagger(),
  );
}
