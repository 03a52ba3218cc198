import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/platform/clock.ts';
import { STORE_SCHEMA } from '../../../src/store/sqlite/schema.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';

/** A store as version 1 wrote it, with a record of each kind that has grown since. */
function olderStore(): string {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-older-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'store.db');
  const database = new DatabaseSync(path);
  database.exec(STORE_SCHEMA.migrations[0] ?? '');
  const insert = (table: string, key: string, value: object) =>
    database
      .prepare(`INSERT INTO ${table} (key, scope, revision, value) VALUES (?, 'shop', 1, ?)`)
      .run(key, JSON.stringify(value));
  insert('environments', 'shop', { name: 'shop' });
  insert('resources', 'shop/db[0]', { address: 'db[0]' });
  insert('steps', 'r1/db[0]', { address: 'db[0]' });
  insert('runs', 'r1', { id: 'r1', summary: { create: 1, change: 0, remove: 0, unchanged: 0 } });
  insert('runs', 'r2', { id: 'r2', summary: null });
  insert('templates', 'shop@1.0.0', {
    template: { resources: [{ id: 'a' }, { id: 'b' }], outputs: [{ name: 'url', value: 'x' }] },
  });
  database.exec(`PRAGMA application_id = ${STORE_SCHEMA.applicationId}; PRAGMA user_version = 1`);
  database.close();
  return path;
}

test('what version 1 wrote is read with all that records have now', async () => {
  const store = createSqliteStore({ path: olderStore(), clock: systemClock });
  onTestFinished(() => store.close());
  const get = async (...[collection, key]: Parameters<typeof store.get>) =>
    (await store.get(collection, key))?.value;
  expect(await get('environments', 'shop')).toEqual({ name: 'shop', adopting: {} });
  expect(await get('resources', 'shop/db[0]')).toEqual({
    address: 'db[0]',
    identity: 'db[0]',
    external: null,
    adopting: null,
  });
  expect(await get('steps', 'r1/db[0]')).toMatchObject({ identity: 'db[0]', protect: false });
  expect(await get('runs', 'r1')).toMatchObject({
    protect: null,
    asked: { adopt: {}, rotate: [] },
    summary: { create: 1, adopt: 0, rotate: 0, decide: 0 },
  });
  expect(await get('runs', 'r2')).toMatchObject({ summary: null });
  expect(await get('templates', 'shop@1.0.0')).toEqual({
    template: {
      resources: [
        { id: 'a', prefix: '', source: null, external: null, movedFrom: [] },
        { id: 'b', prefix: '', source: null, external: null, movedFrom: [] },
      ],
      outputs: [{ name: 'url', value: 'x', secret: false }],
      nested: [],
    },
  });
});
