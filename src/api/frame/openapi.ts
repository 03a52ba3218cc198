import swagger from '@fastify/swagger';
import swaggerPage from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { ApiContext } from './context.ts';

const TAGS = [
  { name: 'environments', description: 'What was built, from which template, and how it is.' },
  { name: 'resources', description: 'Nodes of the graphs of environments, and what they need.' },
  { name: 'templates', description: 'What environments are made from.' },
  { name: 'runs', description: 'What is or was done to environments, step by step.' },
  { name: 'commands', description: 'What is to be done.' },
  { name: 'events', description: 'What happened, from the first on.' },
  { name: 'search', description: 'Environments, resources and templates by words.' },
  { name: 'problems', description: 'What can go wrong.' },
  { name: 'health', description: 'How the server is.' },
];

/** The description of the API is made of the routes' own schemas. To be called before they are. */
export async function describeApi(app: FastifyInstance, { version }: ApiContext): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Biotope',
        version,
        description: 'Environments from versioned templates: build, watch, change, destroy.',
      },
      tags: TAGS,
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerPage, { routePrefix: '/api/v1/docs', staticCSP: true });
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
