import { z } from 'zod';
import { BiotopeError } from '../../model/errors.ts';
import type { CollectionName, Collections } from '../../store/records.ts';
import type { FindQuery, Store, Stored } from '../../store/store.ts';

const PAGE_ITEMS_MAX = 200;
const PAGE_ITEMS_DEFAULT = 50;
const CURSOR_CHARACTERS_MAX = 2_000;

/** Looked at for one page, where a filter has no index: then the page ends, perhaps with fewer. */
const RECORDS_LOOKED_AT_MAX = 5_000;

export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_ITEMS_MAX)
    .default(PAGE_ITEMS_DEFAULT)
    .describe('At most so many items.'),
  cursor: z
    .string()
    .max(CURSOR_CHARACTERS_MAX)
    .optional()
    .describe('`next` of the page before; means nothing else.'),
};

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** A page of a collection in the order of keys, of those records that `fits`. */
export async function findPage<C extends CollectionName>(
  store: Store,
  collection: C,
  {
    page,
    keyOf,
    fits = () => true,
    ...query
  }: Pick<FindQuery<C>, 'where' | 'reverse'> & {
    page: PageRequest;
    keyOf(value: Collections[C]): string;
    fits?: (value: Collections[C]) => boolean;
  },
): Promise<Page<Stored<Collections[C]>>> {
  const items: Stored<Collections[C]>[] = [];
  let afterKey = page.cursor === undefined ? undefined : readCursor(page.cursor);
  for (let lookedAt = 0; lookedAt < RECORDS_LOOKED_AT_MAX; ) {
    const after = afterKey === undefined ? {} : { afterKey };
    const found = await store.find(collection, { ...query, ...after, limit: page.limit });
    for (const record of found) {
      afterKey = keyOf(record.value);
      if (fits(record.value)) items.push(record);
      if (items.length === page.limit) return { items, next: writeCursor(afterKey) };
    }
    if (found.length < page.limit) return { items, next: null };
    lookedAt += found.length;
  }
  return { items, next: afterKey === undefined ? null : writeCursor(afterKey) };
}

export function writeCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

export function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (writeCursor(key) === cursor) return key;
  throw new BiotopeError('REQUEST_INVALID', {
    message: 'The cursor is not one that was told as "next". Ask for the first page without one.',
  });
}
