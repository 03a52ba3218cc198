import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../../src/platform/sqlite.ts';
import { sqliteFailure } from '../../../src/platform/sqlite-error.ts';
import { integerOf, nullableTextOf, textOf } from '../../../src/platform/sqlite-row.ts';
import { inTransaction } from '../../../src/platform/sqlite-transaction.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SCHEMA = { applicationId: 7, migrations: ['CREATE TABLE t (a TEXT)'] };

function open(path = ':memory:') {
  const sqlite = openSqlite({ path, schema: SCHEMA });
  onTestFinished(() => sqlite.database.close());
  return sqlite;
}

describe('openSqlite', () => {
  it('asks for what survives a power cut', () => {
    const folder = temporaryFolder();
    const { statement } = open(join(folder, 'data.db'));
    expect(statement('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(statement('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(statement('PRAGMA fullfsync').get()).toEqual({ fullfsync: 1 });
  });

  it('prepares a statement once, and keeps a bounded number of them', () => {
    const { statement } = open();
    const first = statement('SELECT 1');
    expect(statement('SELECT 1')).toBe(first);
    for (let at = 0; at < 1_000; at += 1) statement(`SELECT ${at} AS number`);
    expect(statement('SELECT 1')).not.toBe(first);
    expect(first.get()).toEqual({ 1: 1 });
  });
});

describe('inTransaction', () => {
  it('does all of the work or nothing of it', () => {
    const { database, statement } = open();
    const insert = statement('INSERT INTO t (a) VALUES (?)');
    expect(inTransaction(database, () => insert.run('kept').changes)).toBe(1);
    const failing = () =>
      inTransaction(database, () => {
        insert.run('lost');
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(statement('SELECT a FROM t').all()).toEqual([{ a: 'kept' }]);
  });
});

describe('rows', () => {
  it('are read by type, and something else in a column is an error, not a wrong value', () => {
    const row = { text: 'a', number: 1, nothing: null };
    expect([textOf(row, 'text'), integerOf(row, 'number')]).toEqual(['a', 1]);
    expect([nullableTextOf(row, 'nothing'), nullableTextOf(row, 'text')]).toEqual([null, 'a']);
    expect(() => textOf(row, 'number')).toThrow(/number does not hold text/);
    expect(() => integerOf(row, 'nothing')).toThrow(/nothing does not hold a number/);
    expect(() => nullableTextOf(row, 'missing')).toThrow(/missing/);
  });
});

describe('sqliteFailure', () => {
  it('tells of a folder that stands where the file should be', () => {
    const folder = temporaryFolder();
    expect(() => openSqlite({ path: folder, schema: SCHEMA, readOnly: true })).toThrow(
      /is a folder where a file should be/,
    );
  });

  it.each([
    [5, /another process/],
    [8, /permissions/],
    [778, /disk reports an error/],
    [11, /damaged/],
    [13, /no space is left/],
    [14, /cannot be opened/],
  ])('says what to do about result code %i', (errcode, expected) => {
    const cause = Object.assign(new Error('sqlite'), { errcode });
    expect(sqliteFailure(cause, 'data/store.db')).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(expected),
      cause,
    });
  });

  it('leaves our own errors as they are, and names any other', () => {
    const own = sqliteFailure(new Error('something new'), 'data/store.db');
    expect(own.message).toBe('The data in data/store.db cannot be read or written: something new');
    expect(sqliteFailure(own, 'elsewhere')).toBe(own);
    expect(sqliteFailure('odd', 'data/store.db').message).toMatch(/unknown reason/);
  });
});
