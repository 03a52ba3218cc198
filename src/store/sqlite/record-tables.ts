import type { StatementSync } from 'node:sqlite';
import type { Sqlite } from '../../platform/sqlite.ts';
import { integerOf, nullableTextOf, textOf } from '../../platform/sqlite-row.ts';
import { COLLECTION_NAMES, type CollectionName, INDEXES } from '../records.ts';

/** What is known of a record before it is written: the rest is not read for that. */
export interface CurrentRecord {
  rowid: number;
  revision: number;
  indexed: readonly (string | null)[];
}

export interface NewRecord {
  key: string;
  scope: string;
  revision: number;
  value: string;
  /** The values of the collection's INDEXES, in their order. */
  indexed: readonly (string | null)[];
}

export interface RecordTable {
  current(key: string): CurrentRecord | undefined;
  /** The record's JSON as it was before. */
  value(current: CurrentRecord): string;
  insert(record: NewRecord): CurrentRecord;
  update(current: CurrentRecord, record: NewRecord): CurrentRecord;
  remove(current: CurrentRecord): void;
}

export type RecordTables = (collection: CollectionName) => RecordTable;

export function createRecordTables(sqlite: Sqlite): RecordTables {
  const tables = new Map(COLLECTION_NAMES.map((name) => [name, createRecordTable(sqlite, name)]));
  return (collection) => tables.get(collection) ?? createRecordTable(sqlite, collection);
}

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

  return {
    current: (key) => {
      const row = select.get(key);
      if (row === undefined) return undefined;
      const indexed = columns.map((column) => nullableTextOf(row, column));
      return { rowid: integerOf(row, 'row'), revision: integerOf(row, 'revision'), indexed };
    },
    value: ({ rowid }) => textOf(selectValue.get(rowid) ?? {}, 'value'),
    insert: ({ key, scope, revision, value, indexed }) => {
      const { lastInsertRowid } = insert.run(key, scope, revision, value, ...indexed);
      return { rowid: Number(lastInsertRowid), revision, indexed };
    },
    update: (current, { scope, revision, value, indexed }) => {
      const changed = indexed.map((text, at) => text !== current.indexed[at]);
      const texts = indexed.filter((_, at) => changed[at]);
      updates(changed).run(scope, revision, value, ...texts, current.rowid);
      return { rowid: current.rowid, revision, indexed };
    },
    remove: ({ rowid }) => {
      remove.run(rowid);
    },
  };
}

/** Sets only the columns that change: SQLite rewrites the index of every column that is set. */
function createUpdates(
  { statement }: Pick<Sqlite, 'statement'>,
  collection: CollectionName,
  quoted: readonly string[],
): (changed: readonly boolean[]) => StatementSync {
  const known = new Map<number, StatementSync>();
  return (changed) => {
    const mask = changed.reduce((bits, isChanged, at) => bits | (isChanged ? 1 << at : 0), 0);
    const found = known.get(mask);
    if (found !== undefined) return found;
    const columns = ['scope', 'revision', 'value', ...quoted.filter((_, at) => changed[at])];
    const settings = columns.map((column) => `${column} = ?`).join(', ');
    const update = statement(`UPDATE ${collection} SET ${settings} WHERE rowid = ?`);
    known.set(mask, update);
    return update;
  };
}
