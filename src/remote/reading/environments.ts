import { environmentFrom } from '../../documents/reading/environment.ts';
import { environmentSchema } from '../../documents/schema/environment.ts';
import type { ApiClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import { inPath, listOf, type Reading, stored } from './reading.ts';

export function environments(client: ApiClient): Reading<'environments'> {
  return {
    get: async (name) => {
      const found = await client.find(`/environments/${inPath(name)}`, environmentSchema, {
        absent: ['ENVIRONMENT_NOT_FOUND'],
      });
      return found === undefined ? undefined : stored(environmentFrom(found));
    },
    find: async ({ where, limit }) => {
      const wanted = listOf(where?.status);
      const all = await readPages(client, '/environments', { item: environmentSchema, limit });
      return all
        .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
        .map((document) => stored(environmentFrom(document)));
    },
  };
}
