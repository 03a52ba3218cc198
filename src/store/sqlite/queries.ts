import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import {
  createReading,
  demandNotTooMany,
  type RecordRow,
  rowsAskedFor,
  wantedFields,
} from '../finding.ts';
import { type CollectionName, type Collections, KEYS_BEGIN_WITH } from '../records.ts';
import type { FindQuery, Stored } from '../store.ts';

export interface Queries {
  get<C extends CollectionName>(collection: C, key: string): Stored<Collections[C]> | undefined;
  find<C extends CollectionName>(collection: C, query: FindQuery<C>): Stored<Collections[C]>[];
}

export function createQueries({ statement }: Sqlite): Queries {
  const stored = createReading();
  return {
    get: (collection, key) => {
      const row = statement(`SELECT key, value, revision FROM ${collection} WHERE key = ?`).get(
        key,
      );
      return row === undefined ? undefined : stored(collection, recordOf(row));
    },
    find: (collection, query) => {
      const { sql, values } = findStatement(collection, query);
      const rows = statement(sql).all(...values);
      demandNotTooMany(collection, rows.length);
      return rows.map((row) => stored(collection, recordOf(row)));
    },
  };
}

/** Every value is bound, lists as JSON: the number of different statements stays small. */
function findStatement<C extends CollectionName>(
  collection: C,
  query: FindQuery<C>,
): { sql: string; values: (string | number)[] } {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, value: string | number) => {
    conditions.push(condition);
    values.push(value);
  };
  for (const [field, wanted] of wantedFields(collection, query)) {
    if (typeof wanted === 'string' && KEYS_BEGIN_WITH[collection] === field) {
      // The slash and the character after it: all keys that begin so, in their own order.
      add('key > ?', `${wanted}/`);
      add('key < ?', `${wanted}0`);
    } else if (typeof wanted === 'string') add(`"${field}" = ?`, wanted);
    else add(`"${field}" IN (SELECT value FROM json_each(?))`, JSON.stringify(wanted));
  }
  if (query.afterKey !== undefined) add(query.reverse ? 'key < ?' : 'key > ?', query.afterKey);
  if (query.changedAfter !== undefined) add('revision > ?', query.changedAfter);

  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const order = `ORDER BY key ${query.reverse ? 'DESC' : 'ASC'}`;
  return {
    sql: `SELECT key, value, revision FROM ${collection} ${where} ${order} LIMIT ?`,
    values: [...values, rowsAskedFor(query.limit)],
  };
}

function recordOf(row: Row): RecordRow {
  const [key, value] = [textOf(row, 'key'), textOf(row, 'value')];
  return { key, revision: integerOf(row, 'revision'), value };
}
