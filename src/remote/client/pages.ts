import type { z } from 'zod';
import { pageOf } from '../../documents/schema/common.ts';
import type { ApiClient } from './client.ts';
import type { Query } from './send.ts';

/** As many as the API tells at once. */
const PAGE_ITEMS = 200;

interface PagesQuery<T extends z.ZodType> {
  item: T;
  query?: Query;
  /** Without it all are wanted. */
  limit?: number | undefined;
  /** Where a page before ended. */
  cursor?: string | undefined;
}

/** All items of a list, or the first `limit`, and where the rest begins. */
export async function readPage<T extends z.ZodType>(
  client: ApiClient,
  path: string,
  { item, query, limit = Number.POSITIVE_INFINITY, cursor: from }: PagesQuery<T>,
): Promise<{ items: z.output<T>[]; next: string | null }> {
  const items: z.output<T>[] = [];
  const schema = pageOf(item);
  let cursor = from;
  do {
    const wanted = Math.min(PAGE_ITEMS, limit - items.length);
    const page = await client.get(path, schema, { ...query, limit: wanted, cursor });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return { items, next: cursor ?? null };
}

export async function readPages<T extends z.ZodType>(
  client: ApiClient,
  path: string,
  query: PagesQuery<T>,
): Promise<z.output<T>[]> {
  return (await readPage(client, path, query)).items;
}
