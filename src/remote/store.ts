import { BiotopeError } from '../model/errors.ts';
import type { CollectionName, Collections } from '../store/records.ts';
import type { FindQuery, Store, Stored } from '../store/store.ts';
import type { ApiClient } from './client/client.ts';
import { audit } from './reading/audit.ts';
import { environments } from './reading/environments.ts';
import { growing } from './reading/events.ts';
import { finding } from './reading/finding.ts';
import type { Reading } from './reading/reading.ts';
import { resources } from './reading/resources.ts';
import { plans, runs, steps } from './reading/runs.ts';
import { templates } from './reading/templates.ts';

type Readings = { [C in CollectionName]?: (client: ApiClient) => Reading<C> };

const READINGS: Readings = { audit, environments, plans, resources, runs, steps, templates };

/**
 * What people ask of a store, read through the public routes of a server: for those who show, with the
 * answers that the routes give. Everything else of the port rejects with SERVER_UNSUPPORTED.
 */
export function createRemoteStore(client: ApiClient): Store {
  const readings = new Map(
    Object.entries(READINGS).map(([name, make]) => [name, make(client)] as const),
  );
  const readingOf = <C extends CollectionName>(collection: C): Reading<C> => {
    const reading = readings.get(collection) as Reading<C> | undefined;
    if (reading === undefined) throw unsupported(`reading ${collection}`);
    return reading;
  };
  const refuse = (what: string) => async () => {
    throw unsupported(what);
  };
  return {
    get: async <C extends CollectionName>(
      collection: C,
      key: string,
    ): Promise<Stored<Collections[C]> | undefined> => readingOf(collection).get(key),
    find: async <C extends CollectionName>(
      collection: C,
      query: FindQuery<C> = {},
    ): Promise<Stored<Collections[C]>[]> => readingOf(collection).find(query),
    ...growing(client),
    ...finding(client),
    publishedThrough: refuse('asking what is published'),
    changes: refuse('reading changes'),
    commit: refuse('writing'),
    markPublished: refuse('writing'),
    appendLog: refuse('writing'),
    watch: () => () => {},
    close: async () => {},
  };
}

function unsupported(what: string): BiotopeError {
  return new BiotopeError('SERVER_UNSUPPORTED', {
    message: `Over the API of a server ${what} is not possible.`,
  });
}
