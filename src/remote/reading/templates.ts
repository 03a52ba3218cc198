import { templateFrom } from '../../documents/reading/template.ts';
import { templateSchema } from '../../documents/schema/template.ts';
import type { ApiClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import { inPath, listOf, type Reading, stored } from './reading.ts';

/** Versions never change: what was read once is kept. */
export function templates(client: ApiClient): Reading<'templates'> {
  const known = new Map<string, ReturnType<typeof read>>();
  const read = async (key: string) => {
    const found = await client.find(`/templates/${inPath(key)}`, templateSchema, {
      absent: ['TEMPLATE_NOT_FOUND'],
    });
    return found === undefined ? undefined : stored(templateFrom(found));
  };
  return {
    get: async (key) => {
      const found = await (known.get(key) ?? read(key));
      if (found !== undefined) known.set(key, Promise.resolve(found));
      return found;
    },
    find: async ({ where, limit }) => {
      const name = listOf(where?.name)[0];
      const all = await readPages(client, '/templates', {
        item: templateSchema,
        query: { name },
        limit,
      });
      return all.map((document) => stored(templateFrom(document)));
    },
  };
}
