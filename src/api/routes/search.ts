import { z } from 'zod';
import { searchSchema } from '../../documents/schema/search.ts';
import { KINDS, searchDocument } from '../../documents/search.ts';
import { searchRecords } from '../../queries/search.ts';
import type { ApiInstance } from '../frame/instance.ts';
import { refusals } from '../frame/refusals.ts';

const QUERY_CHARACTERS_MAX = 1_000;
const FOUND_MAX = 200;
const FOUND_DEFAULT = 20;

const querystring = z.object({
  q: z.string().min(1).max(QUERY_CHARACTERS_MAX).describe('Words, or their beginnings.'),
  kind: z.enum(['environment', 'resource', 'template']).optional(),
  limit: z.coerce.number().int().min(1).max(FOUND_MAX).default(FOUND_DEFAULT),
});

export function searchRoutes(app: ApiInstance): void {
  app.get(
    '/api/v1/search',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['search'],
        summary: 'What holds all of the words in its name, description and tags.',
        querystring,
        response: { 200: searchSchema, ...refusals(400) },
      },
    },
    async ({ store, query: { q, kind, limit } }) => {
      const collections = kind === undefined ? undefined : [KINDS[kind]];
      return searchDocument(await searchRecords(store, { words: [q], collections, limit }));
    },
  );
}
