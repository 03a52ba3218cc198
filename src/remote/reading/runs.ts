import { z } from 'zod';
import { planRecordFrom, runFrom, stepFrom } from '../../documents/reading/run.ts';
import { runSchema, stepSchema } from '../../documents/schema/run.ts';
import { shownPlanSchema } from '../../documents/schema/shown-plan.ts';
import type { ApiClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import { inPath, listOf, type Reading, splitKey, stored } from './reading.ts';

export function runs(client: ApiClient): Reading<'runs'> {
  return {
    get: async (id) => {
      const found = await client.find(`/runs/${inPath(id)}`, runSchema, {
        absent: ['RUN_NOT_FOUND'],
      });
      // The route answers to the name of an environment as well.
      return found?.id === id ? stored(runFrom(found)) : undefined;
    },
    find: async ({ where, limit, reverse = false }) => {
      const environment = listOf(where?.environment)[0];
      const newestFirst = await readPages(client, '/runs', {
        item: runSchema,
        query: { environment, status: listOf(where?.status) },
        limit: reverse ? limit : undefined,
      });
      const ordered = reverse ? newestFirst : newestFirst.toReversed();
      return ordered.slice(0, limit).map((document) => stored(runFrom(document)));
    },
  };
}

const stepsSchema = z.object({ items: z.array(stepSchema), revision: z.int() });

export function steps(client: ApiClient): Reading<'steps'> {
  return {
    get: async (key) => {
      const { first, address } = splitKey(key) ?? { first: key, address: '' };
      const path = `/runs/${inPath(first)}/steps/${inPath(address)}`;
      const found = await client.find(path, stepSchema, {
        absent: ['RUN_NOT_FOUND', 'STEP_NOT_FOUND'],
      });
      return found === undefined ? undefined : stored(stepFrom(found));
    },
    find: async ({ where, changedAfter }) => {
      const run = listOf(where?.runId)[0] ?? '';
      const wanted = listOf(where?.status);
      const { items, revision } = await client.get(`/runs/${inPath(run)}/steps`, stepsSchema, {
        changedAfter,
      });
      return items
        .toSorted((left, right) => (left.address < right.address ? -1 : 1))
        .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
        .map((document) => stored(stepFrom(document), revision));
    },
  };
}

/** The plans that people are asked about: by the id of their run. */
export function plans(client: ApiClient): Reading<'plans'> {
  const known = runs(client);
  const get: Reading<'plans'>['get'] = async (id) => {
    const found = await client.find(`/runs/${inPath(id)}/plan`, shownPlanSchema, {
      absent: ['RUN_NOT_FOUND', 'RUN_NOT_AWAITING'],
    });
    const run = found === undefined ? undefined : await known.get(id);
    if (found === undefined || run === undefined) return undefined;
    return stored(planRecordFrom(found, run.value));
  };
  return { get, find: async () => [] };
}
