import { resourceFrom } from '../../documents/reading/environment.ts';
import { resourceDetailSchema, resourceSchema } from '../../documents/schema/resource.ts';
import { type ResourceRecord, resourceKey } from '../../model/resource.ts';
import type { FindQuery, Stored } from '../../store/store.ts';
import type { ApiClient } from '../client/client.ts';
import { readPage, readPages } from '../client/pages.ts';
import { inPath, listOf, type Reading, splitKey, stored } from './reading.ts';

const ABSENT = ['RESOURCE_NOT_FOUND', 'ENVIRONMENT_NOT_FOUND'];

/** More of one environment at once are read as a list: one question instead of a thousand. */
const ONE_BY_ONE_MAX = 8;

export function resources(client: ApiClient): Reading<'resources'> {
  const cursors = new Map<string, string>();
  const one = async (environment: string, address: string) => {
    const path = `/resources/${inPath(environment)}/${inPath(address)}`;
    const found = await client.find(path, resourceDetailSchema, { absent: ABSENT });
    return found === undefined ? undefined : stored(resourceFrom(found));
  };
  const all = (environment: string) =>
    readPages(client, '/resources', { item: resourceSchema, query: { environment } });
  return {
    get: createTogether(one, async (environment) => (await all(environment)).map(resourceFrom)),
    find: async ({ where, limit, afterKey = '' }: FindQuery<'resources'>) => {
      const statuses = listOf(where?.status);
      const query = {
        environment: listOf(where?.environment)[0],
        status: statuses.length === 1 ? statuses[0] : undefined,
      };
      // `afterKey`: where the page before ended.
      const cursor = cursors.get(afterKey);
      const page = await readPage(client, '/resources', {
        item: resourceSchema,
        query,
        limit,
        cursor,
      });
      const found = page.items.map((document) => resourceFrom(document));
      const last = found.at(-1);
      if (last !== undefined && page.next !== null) {
        cursors.set(resourceKey(last.environment, last.address), page.next);
      }
      return found
        .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
        .map((record) => stored(record));
    },
  };
}

type Found = Stored<ResourceRecord> | undefined;

/** Reads that come in the same moment are looked at together. */
function createTogether(
  one: (environment: string, address: string) => Promise<Found>,
  all: (environment: string) => Promise<ResourceRecord[]>,
): (key: string) => Promise<Found> {
  let moment: Map<string, string[]> | undefined;
  const lists = new Map<string, Promise<Map<string, ResourceRecord>>>();
  const listOf = (environment: string) => {
    const known =
      lists.get(environment) ??
      all(environment).then((records) => new Map(records.map((each) => [each.address, each])));
    lists.set(environment, known);
    return known;
  };
  return async (key) => {
    const parts = splitKey(key);
    if (parts === undefined) return undefined;
    const { first: environment, address } = parts;
    const now = moment ?? new Map<string, string[]>();
    moment = now;
    now.set(environment, [...(now.get(environment) ?? []), address]);
    await Promise.resolve();
    if (moment === now) {
      moment = undefined;
      lists.clear();
    }
    if ((now.get(environment) ?? []).length <= ONE_BY_ONE_MAX) return one(environment, address);
    const record = (await listOf(environment)).get(address);
    return record === undefined ? undefined : stored(record);
  };
}
