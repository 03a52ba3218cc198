import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { ApiContext } from './context.ts';

const TAGS = [
  { name: 'environments', description: 'What was built, from which template, and how it is.' },
  { name: 'runs', description: 'What is or was done to environments, step by step.' },
  { name: 'commands', description: 'What is to be done.' },
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
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
