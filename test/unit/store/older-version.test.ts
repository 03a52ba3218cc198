import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/platform/clock.ts';
import { STORE_SCHEMA } from '../../../src/store/sqlite/schema.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { EventQuery } from '../../../src/store/store.ts';
import { environment, resource, run, step, template } from '../../support/records.ts';
import { resource as resourceTemplate, template as templateOf } from '../../support/templates.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Records of each kind that has grown since version 1, as it wrote them. */
const { adopting: _1, ...shop } = environment({ name: 'shop' });
const { identity: _2, external: _3, adopting: _4, ...database } = resource({ id: 'db' });
const { identity: _5, protect: _6, adopt: _7, ...step1 } = step({ runId: 'r1', address: 'db[0]' });
const { protect: _8, asked: _9, ...run1 } = run({ id: 'r1' });
const summary = { create: 1, change: 0, remove: 0, unchanged: 0 };
const { prefix: _10, source: _11, external: _12, movedFrom: _13, ...node } = resourceTemplate('a');
const { nested: _14, ...content } = templateOf('1.0.0', []);
const published = {
  ...template({ name: 'shop', version: '1.0.0' }),
  template: {
    ...content,
    resources: [node, { ...node, id: 'b' }],
    outputs: [{ name: 'url', description: '', value: 'x' }],
  },
};

function olderStore(): string {
  const folder = temporaryFolder();
  const path = join(folder, 'store.db');
  const sqlite = new DatabaseSync(path);
  sqlite.exec(STORE_SCHEMA.migrations[0] ?? '');
  const insert = (table: string, key: string, value: object) =>
    sqlite
      .prepare(`INSERT INTO ${table} (key, scope, revision, value) VALUES (?, 'shop', 1, ?)`)
      .run(key, JSON.stringify(value));
  insert('environments', 'shop', shop);
  insert('resources', 'shop/db[0]', database);
  insert('steps', 'r1/db[0]', step1);
  insert('runs', 'r1', { ...run1, summary });
  insert('runs', 'r2', { ...run1, id: 'r2', summary: null });
  insert('templates', 'shop@1.0.0', published);
  sqlite.exec(`PRAGMA application_id = ${STORE_SCHEMA.applicationId}; PRAGMA user_version = 1`);
  sqlite.close();
  return path;
}

test('what version 1 wrote is read with all that records have now', async () => {
  const store = createSqliteStore({ path: olderStore(), clock: systemClock });
  onTestFinished(() => store.close());
  const get = async (...[collection, key]: Parameters<typeof store.get>) =>
    (await store.get(collection, key))?.value;
  expect(await get('environments', 'shop')).toEqual({ ...shop, adopting: {} });
  expect(await get('resources', 'shop/db[0]')).toEqual({
    ...database,
    identity: 'db[0]',
    external: null,
    adopting: null,
  });
  expect(await get('steps', 'r1/db[0]')).toEqual({
    ...step1,
    identity: 'db[0]',
    protect: false,
    adopt: null,
  });
  expect(await get('runs', 'r1')).toEqual({
    ...run1,
    protect: null,
    asked: { adopt: {}, rotate: [] },
    summary: { ...summary, adopt: 0, rotate: 0, decide: 0 },
  });
  expect(await get('runs', 'r2')).toMatchObject({ summary: null });
  const grown = { ...node, prefix: '', source: null, external: null, movedFrom: [] };
  expect(await get('templates', 'shop@1.0.0')).toEqual({
    ...published,
    template: {
      ...content,
      resources: [grown, { ...grown, id: 'b' }],
      outputs: [{ name: 'url', description: '', value: 'x', secret: false }],
      nested: [],
    },
  });
});

/** What versions 1 and 2 kept of commits: a change and some events for each, and what was not published. */
function olderJournal(version: 1 | 2): string {
  const path = olderStore();
  const sqlite = new DatabaseSync(path);
  if (version === 2) sqlite.exec(`${STORE_SCHEMA.migrations[1]}; PRAGMA user_version = 2`);
  sqlite.exec(`
    INSERT INTO counters VALUES ('shop', 3), ('mill', 1);
    INSERT INTO changes VALUES
      (1, 'shop', 1, '[{"collection":"runs","key":"r1"}]'), (2, 'mill', 1, '[]'),
      (3, 'shop', 2, '[]'), (4, 'shop', 3, '[]');
    INSERT INTO events VALUES
      (1, 'shop', 1, 0, 'run.queued', 'r1', NULL, 10, '{"a":1}'),
      (2, 'shop', 1, 1, 'run.planning', 'r2', NULL, 10, '{}'),
      (3, 'mill', 1, 0, 'template.published', NULL, NULL, 20, '{}'),
      (4, 'shop', 3, 0, 'step.running', 'r1', 'web[0]', 30, '{"b":"é"}');
    INSERT INTO outbox VALUES (3), (4);
  `);
  sqlite.close();
  return path;
}

test.each([1, 2] as const)('the journal of version %i goes on where it was', async (version) => {
  const store = createSqliteStore({ path: olderJournal(version), clock: systemClock });
  onTestFinished(() => store.close());
  const changes = await store.changes({ afterSequence: 0, limit: 9 });
  expect(changes.map((one) => [one.sequence, one.scope, one.number])).toEqual([
    [1, 'shop', 1],
    [2, 'mill', 1],
    [3, 'shop', 2],
    [4, 'shop', 3],
  ]);
  expect(changes[0]?.touched).toEqual([{ collection: 'runs', key: 'r1' }]);

  const ids = async (query: Omit<EventQuery, 'limit'>) =>
    (await store.events({ ...query, limit: 9 })).map((one) => one.event.id);
  expect(await ids({})).toEqual(['shop:1.0', 'shop:1.1', 'mill:1.0', 'shop:3.0']);
  expect(await ids({ scope: 'shop' })).toEqual(['shop:1.0', 'shop:1.1', 'shop:3.0']);
  expect(await ids({ runId: 'r1' })).toEqual(['shop:1.0', 'shop:3.0']);
  expect(await ids({ runId: 'r2' })).toEqual(['shop:1.1']);
  expect(await ids({ afterSequence: await store.publishedThrough() })).toEqual([
    'mill:1.0',
    'shop:3.0',
  ]);
  const [last] = await store.events({ runId: 'r1', address: 'web[0]', limit: 1 });
  expect(last?.event).toMatchObject({ type: 'step.running', atMs: 30, data: { b: 'é' } });

  const next = { expect: [], writes: [], events: [] };
  expect(await store.commit({ scope: 'shop', ...next })).toMatchObject({ number: 4, sequence: 5 });
  expect(await store.commit({ scope: 'mill', ...next })).toMatchObject({ number: 2, sequence: 6 });
});
