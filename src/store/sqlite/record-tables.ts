import type { StatementSync } from 'node:sqlite';
import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, nullableTextOf, textOf } from '../../platform/sqlite-row.ts';
import { createRecent } from '../recent.ts';
import { COLLECTION_NAMES, type CollectionName, INDEXES } from '../records.ts';
import type { Source } from '../source.ts';
import type { GroupMemory } from './group-commit.ts';

/** What is known of a record before it is written: the rest is not read for that. */
export interface CurrentRecord {
  rowid: number;
  revision: number;
  indexed: readonly (string | null)[];
  /** Undefined where nothing is made from it. Unknown: it was not written since it was looked up. */
  source: Source | undefined | 'unknown';
}

export interface NewRecord {
  key: string;
  scope: string;
  revision: number;
  value: string;
  /** The values of the collection's INDEXES, in their order. */
  indexed: readonly (string | null)[];
  source: Source | undefined;
}

export interface RecordTable {
  current(key: string): CurrentRecord | undefined;
  /** The record's JSON as it was before. */
  value(current: CurrentRecord): string;
  insert(record: NewRecord): void;
  update(current: CurrentRecord, record: NewRecord): void;
  remove(key: string, current: CurrentRecord): void;
  /** Looks everything up anew. */
  forget(): void;
}

export interface RecordTables extends Pick<GroupMemory, 'begun' | 'rolledBack'> {
  (collection: CollectionName): RecordTable;
}

/** Remembers what it wrote and looked up, so that a record that changes again is not read for that. */
export function createRecordTables(sqlite: Sqlite): RecordTables {
  const tables = new Map(COLLECTION_NAMES.map((name) => [name, createRecordTable(sqlite, name)]));
  const forget = () => {
    for (const table of tables.values()) table.forget();
  };
  return Object.assign(
    (collection: CollectionName) => tables.get(collection) ?? createRecordTable(sqlite, collection),
    {
      begun: (isOutdated: boolean) => {
        if (isOutdated) forget();
      },
      rolledBack: forget,
    },
  );
}

/** Of each collection, twice as many at most: what is under way is written again within moments. */
const RECORDS_REMEMBERED_MAX = 4_000;

function createRecordTable({ statement }: Sqlite, collection: CollectionName): RecordTable {
  const columns: readonly string[] = INDEXES[collection];
  const quoted = columns.map((column) => `"${column}"`);
  const selected = ['rowid AS row', 'revision', ...quoted].join(', ');
  const marks = Array(4 + columns.length)
    .fill('?')
    .join(', ');

  const select = statement(`SELECT ${selected} FROM ${collection} WHERE key = ?`);
  const selectValue = statement(`SELECT value FROM ${collection} WHERE rowid = ?`);
  const insert = statement(
    `INSERT INTO ${collection} (${['key', 'scope', 'revision', 'value', ...quoted].join(', ')}) ` +
      `VALUES (${marks})`,
  );
  const remove = statement(`DELETE FROM ${collection} WHERE rowid = ?`);
  const updates = createUpdates({ statement }, collection, quoted);

  const recent = createRecent<CurrentRecord | null>(RECORDS_REMEMBERED_MAX);

  const lookUp = (key: string): CurrentRecord | null => {
    const row = select.get(key);
    if (row === undefined) return null;
    const indexed = columns.map((column) => nullableTextOf(row, column));
    const [rowid, revision] = [integerOf(row, 'row'), integerOf(row, 'revision')];
    return { rowid, revision, indexed, source: 'unknown' };
  };

  return {
    current: (key) => {
      const known = recent.get(key);
      if (known !== undefined) return known ?? undefined;
      const found = lookUp(key);
      recent.set(key, found);
      return found ?? undefined;
    },
    forget: recent.clear,
    value: ({ rowid }) => textOf(selectValue.get(rowid) ?? {}, 'value'),
    insert: ({ key, scope, revision, value, indexed, source }) => {
      const { lastInsertRowid } = insert.run(key, scope, revision, value, ...indexed);
      recent.set(key, { rowid: Number(lastInsertRowid), revision, indexed, source });
    },
    update: (current, { key, scope, revision, value, indexed, source }) => {
      let mask = 0;
      const values: (string | number | null)[] = [scope, revision, value];
      for (const [at, text] of indexed.entries()) {
        if (text === current.indexed[at]) continue;
        mask |= 1 << at;
        values.push(text);
      }
      values.push(current.rowid);
      updates(mask).run(...values);
      recent.set(key, { rowid: current.rowid, revision, indexed, source });
    },
    remove: (key, { rowid }) => {
      remove.run(rowid);
      recent.set(key, null);
    },
  };
}

/** By which of the indexed columns change, a bit each. Sets only those: SQLite rewrites the index of every column that is set. */
function createUpdates(
  { statement }: Pick<Sqlite, 'statement'>,
  collection: CollectionName,
  quoted: readonly string[],
): (mask: number) => StatementSync {
  const known = new Map<number, StatementSync>();
  return (mask) => {
    const found = known.get(mask);
    if (found !== undefined) return found;
    const changed = quoted.filter((_, at) => (mask & (1 << at)) !== 0);
    const columns = ['scope', 'revision', 'value', ...changed];
    const settings = columns.map((column) => `${column} = ?`).join(', ');
    const update = statement(`UPDATE ${collection} SET ${settings} WHERE rowid = ?`);
    known.set(mask, update);
    return update;
  };
}
