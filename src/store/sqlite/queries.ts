import { BiotopeError } from '../../model/errors.ts';
import { RECORDS_FOUND_MAX } from '../../model/limits.ts';
import type { TemplateRecord } from '../../model/template.ts';
import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, type Row, textOf } from '../../platform/sqlite-row.ts';
import { readRecord } from '../read-record.ts';
import { type CollectionName, type Collections, INDEXES, KEYS_BEGIN_WITH } from '../records.ts';
import type { FindQuery, Stored } from '../store.ts';
import { createRecent } from './recent.ts';

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
      return row === undefined ? undefined : stored(collection, row);
    },
    find: (collection, query) => {
      const { sql, values } = findStatement(collection, query);
      const rows = statement(sql).all(...values);
      if (rows.length > RECORDS_FOUND_MAX) throw tooMany(collection);
      return rows.map((row) => stored(collection, row));
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
  // One more than allowed tells that there are more, which must not be cut off silently.
  const limit = Math.min(query.limit ?? RECORDS_FOUND_MAX + 1, RECORDS_FOUND_MAX + 1);
  return {
    sql: `SELECT key, value, revision FROM ${collection} ${where} ${order} LIMIT ?`,
    values: [...values, limit],
  };
}

function wantedFields<C extends CollectionName>(
  collection: C,
  { where }: FindQuery<C>,
): [string, string | readonly string[]][] {
  const known: readonly string[] = INDEXES[collection];
  const wanted = Object.entries<string | readonly string[] | undefined>(where ?? {});
  return wanted.flatMap(([field, value]) => {
    if (value === undefined) return [];
    // A field's name becomes part of the statement.
    if (known.includes(field)) return [[field, value]];
    throw new BiotopeError('INTERNAL', {
      message: `Records of ${collection} cannot be found by ${JSON.stringify(field)}.`,
    });
  });
}

function tooMany(collection: CollectionName): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `More than ${RECORDS_FOUND_MAX} records of ${collection} were asked for at once. ` +
      'Ask for a part of them; the data is whole.',
    facts: { collection, foundMax: RECORDS_FOUND_MAX },
  });
}

const TEMPLATES_REMEMBERED_MAX = 64;

/** Published templates are large, never change, and are looked at for every command: once is enough. */
function createReading() {
  const templates = createRecent<Stored<TemplateRecord>>(TEMPLATES_REMEMBERED_MAX);

  return <C extends CollectionName>(collection: C, row: Row): Stored<Collections[C]> => {
    const key = textOf(row, 'key');
    const revision = integerOf(row, 'revision');
    const known = collection === 'templates' ? templates.get(key) : undefined;
    if (known?.revision === revision) return known as Stored<Collections[C]>;
    const value = readRecord(collection, key, textOf(row, 'value'));
    const stored = { value, revision };
    if (collection === 'templates') templates.set(key, stored as Stored<TemplateRecord>);
    return stored;
  };
}
