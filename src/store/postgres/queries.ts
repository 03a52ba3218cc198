import type pg from 'pg';
import { createReading, demandNotTooMany, rowsAskedFor, wantedFields } from '../finding.ts';
import { type CollectionName, type Collections, INDEXES, KEYS_BEGIN_WITH } from '../records.ts';
import type { FindQuery, Stored } from '../store.ts';
import { asText } from './text.ts';

/** What reads: a pool, or one connection of it. */
export type Reading = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

export interface Queries {
  get<C extends CollectionName>(
    pool: Reading,
    collection: C,
    key: string,
  ): Promise<Stored<Collections[C]> | undefined>;
  find<C extends CollectionName>(
    pool: Reading,
    collection: C,
    query: FindQuery<C>,
  ): Promise<Stored<Collections[C]>[]>;
}

interface Row {
  key: string;
  revision: string;
  value: string;
}

const GET = 'SELECT key, revision, value FROM records WHERE collection = $1 AND key = $2';

export function createQueries(): Queries {
  const stored = createReading();
  const recordOf = <C extends CollectionName>(collection: C, { key, revision, value }: Row) =>
    stored(collection, { key, revision: Number(revision), value });

  return {
    get: async (pool, collection, key) => {
      const values = [collection, asText(key)];
      const { rows } = await pool.query<Row>({ name: 'get', text: GET, values });
      const [row] = rows;
      return row === undefined ? undefined : recordOf(collection, row);
    },
    find: async (pool, collection, query) => {
      const { rows } = await pool.query<Row>(findStatement(collection, query));
      demandNotTooMany(collection, rows.length);
      return rows.map((row) => recordOf(collection, row));
    },
  };
}

/** The columns of records, in the order of INDEXES. */
const COLUMNS = ['first', 'second'] as const;

function findStatement<C extends CollectionName>(
  collection: C,
  query: FindQuery<C>,
): { text: string; values: unknown[] } {
  // Written out, so that the indexes of some collections alone are found.
  const conditions = [`collection = '${collection}'`];
  const values: unknown[] = [];
  const add = (condition: string, value: unknown) => {
    values.push(value);
    conditions.push(`${condition} $${values.length}`);
  };
  const addList = (column: string, wanted: readonly string[]) => {
    values.push(wanted.map(asText));
    conditions.push(`${column} = ANY ($${values.length}::text[])`);
  };
  for (const [field, wanted] of wantedFields(collection, query)) {
    const column = COLUMNS[(INDEXES[collection] as readonly string[]).indexOf(field)];
    if (typeof wanted === 'string' && KEYS_BEGIN_WITH[collection] === field) {
      // The slash and the character after it: all keys that begin so, in their own order.
      add('key >', asText(`${wanted}/`));
      add('key <', asText(`${wanted}0`));
    } else if (typeof wanted === 'string') add(`${column} =`, asText(wanted));
    else addList(column ?? '', wanted);
  }
  if (query.afterKey !== undefined) {
    add(query.reverse ? 'key <' : 'key >', asText(query.afterKey));
  }
  if (query.changedAfter !== undefined) add('revision >', query.changedAfter);
  values.push(rowsAskedFor(query.limit));
  const text =
    `SELECT key, revision, value FROM records WHERE ${conditions.join(' AND ')} ` +
    `ORDER BY key ${query.reverse ? 'DESC' : 'ASC'} LIMIT $${values.length}`;
  return { text, values };
}
