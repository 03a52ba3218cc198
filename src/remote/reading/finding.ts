import { dependenciesSchema } from '../../documents/schema/resource.ts';
import { searchSchema } from '../../documents/schema/search.ts';
import type { SearchHit, Store } from '../../store/store.ts';
import type { ApiClient } from '../client/client.ts';
import { inPath, splitKey } from './reading.ts';

const NODES_MAX = 10_000;
const HITS_MAX = 200;
const EXTERNAL = /^external:(?<name>.+)$/s;

const COLLECTIONS = {
  environment: 'environments',
  resource: 'resources',
  template: 'templates',
} as const;

export function finding(client: ApiClient): Pick<Store, 'closure' | 'search'> {
  return {
    closure: async ({ key, direction, depthMax, limit }) => {
      const { name } = EXTERNAL.exec(key)?.groups ?? {};
      const { first, address } =
        name === undefined
          ? (splitKey(key) ?? { first: key, address: '' })
          : { first: 'external', address: name };
      const path = `/resources/${inPath(first)}/${inPath(address)}/${direction}`;
      const found = await client.find(path, dependenciesSchema, {
        absent: ['RESOURCE_NOT_FOUND', 'ENVIRONMENT_NOT_FOUND'],
        query: { depth: depthMax, limit: Math.min(limit, NODES_MAX) },
      });
      if (found === undefined) return { nodes: [], edges: [], truncated: false };
      const { nodes, edges, truncated } = found;
      return { nodes: nodes.map(({ id, depth }) => ({ key: id, depth })), edges, truncated };
    },
    search: async ({ text, collections, limit }) => {
      const kinds = Object.entries(COLLECTIONS).filter(
        ([, collection]) => collections?.includes(collection) ?? true,
      );
      const { found } = await client.get('/search', searchSchema, {
        q: text,
        kind: kinds.length === 1 ? kinds[0]?.[0] : undefined,
        limit: Math.min(kinds.length === 1 || kinds.length === 3 ? limit : HITS_MAX, HITS_MAX),
      });
      const wanted = new Set(kinds.map(([kind]) => kind));
      const hits: SearchHit[] = found
        .filter(({ kind }) => wanted.has(kind))
        .map(({ kind, name }, at) => ({
          collection: COLLECTIONS[kind],
          key: name,
          score: found.length - at,
        }));
      return hits.slice(0, limit);
    },
  };
}
