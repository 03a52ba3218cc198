import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../../../src/platform/sqlite-migrate.ts';
import { readRecord } from '../../../../src/store/read-record.ts';
import {
  COLLECTION_NAMES,
  type CollectionName,
  INDEXES,
  KEYS_BEGIN_WITH,
} from '../../../../src/store/records.ts';
import { STORE_SCHEMA } from '../../../../src/store/sqlite/schema.ts';
import { environment, run } from '../../../support/records.ts';

function migrated(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  migrate(database, ':memory:', STORE_SCHEMA);
  return database;
}

/** They change with almost every write, and are asked for beside another field. */
const WITHOUT_INDEX: { [collection: string]: readonly string[] } = {
  resources: ['status'],
  steps: ['status'],
};

function planOf(database: DatabaseSync, sql: string): string {
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  return rows.map(({ detail }) => String(detail)).join('; ');
}

describe("the store's schema", () => {
  it('has a table for every collection, with a column for every field it can be found by', () => {
    const database = migrated();
    for (const collection of COLLECTION_NAMES) {
      const columns = database.prepare(`PRAGMA table_info(${collection})`).all();
      const expected = ['key', 'scope', 'revision', 'value', ...INDEXES[collection]];
      expect(columns.map(({ name }) => name).sort(), collection).toEqual(expected.sort());
    }
  });

  it('finds records by each of these fields through an index, in the order of keys', () => {
    const database = migrated();
    for (const collection of COLLECTION_NAMES) {
      const withoutOne: readonly string[] = WITHOUT_INDEX[collection] ?? [];
      for (const field of INDEXES[collection].filter((name) => !withoutOne.includes(name))) {
        const isByKey = KEYS_BEGIN_WITH[collection] === field;
        const where = isByKey ? `key > '/' AND key < '0'` : `"${field}" = '' AND key > ''`;
        const plan = planOf(
          database,
          `SELECT value FROM ${collection} WHERE ${where} ORDER BY key`,
        );
        const terms = isByKey ? 'key>\\? AND key<\\?' : `${field}=\\? AND key>\\?`;
        expect(plan).toMatch(new RegExp(`USING INDEX \\w+ \\(${terms}\\)`));
        expect(plan).not.toMatch(/TEMP B-TREE/);
      }
    }
  });

  it('finds what changed in a run among the rows of that run alone', () => {
    const sql = `SELECT value FROM steps WHERE key > 'r/' AND key < 'r0' AND revision > 1 ORDER BY key`;
    expect(planOf(migrated(), sql)).toMatch(/USING INDEX \w+ \(key>\? AND key<\?\)/);
  });

  it('is not made again where it is there', () => {
    const database = migrated();
    expect(() => migrate(database, ':memory:', STORE_SCHEMA)).not.toThrow();
    const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {};
    expect(version).toBe(STORE_SCHEMA.migrations.length);
  });

  it('brings along what was written before there were approvals', () => {
    const { applicationId, migrations } = STORE_SCHEMA;
    const database = new DatabaseSync(':memory:');
    onTestFinished(() => database.close());
    migrate(database, ':memory:', { applicationId, migrations: migrations.slice(0, 4) });
    const { requireApproval: _, approval: __, cancelReason: ___, ...oldRun } = run();
    const { requireApproval: ____, ...oldEnvironment } = environment({ name: 'shop' });
    const insert = (table: string, key: string, value: object) =>
      database
        .prepare(`INSERT INTO ${table} (key, scope, revision, value) VALUES (?, 'shop', 1, ?)`)
        .run(key, JSON.stringify(value));
    insert('runs', 'run-1', oldRun);
    insert('environments', 'shop', oldEnvironment);
    migrate(database, ':memory:', STORE_SCHEMA);
    const read = <C extends CollectionName>(collection: C, key: string) => {
      const row = database.prepare(`SELECT value FROM ${collection} WHERE key = ?`).get(key);
      return readRecord(collection, key, String(row?.value));
    };
    expect(read('runs', 'run-1')).toEqual(run());
    expect(read('environments', 'shop')).toEqual(environment({ name: 'shop' }));
  });

  it('is migrated whole or not at all, step after step', () => {
    const database = migrated();
    const { applicationId, migrations } = STORE_SCHEMA;
    const second = 'CREATE TABLE later (a); INSERT INTO later VALUES (1);';
    const broken = { applicationId, migrations: [...migrations, second, 'NOT SQL'] };
    expect(() => migrate(database, ':memory:', broken)).toThrow(/syntax error/);
    expect(() => database.prepare('SELECT * FROM later')).toThrow(/no such table/);
    migrate(database, ':memory:', { applicationId, migrations: [...migrations, second] });
    expect(database.prepare('SELECT a FROM later').all()).toEqual([{ a: 1 }]);
    expect(() => migrate(database, ':memory:', STORE_SCHEMA)).toThrow(
      expect.objectContaining({ code: 'STORE_TOO_NEW' }),
    );
  });
});
