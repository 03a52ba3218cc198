import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { environment, event, resource, transaction } from '../../../support/records.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { openStore } from './fixture.ts';

/** A store with one environment, one resource and one event, and how to change them behind its back. */
async function damagedStore(sql: string, ...values: string[]) {
  const path = join(temporaryFolder(), 'store.db');
  const store = openStore({ path });
  const shop = environment({ name: 'shop', description: 'to-be-found' });
  const web = resource({ id: 'web' });
  await store.commit(
    transaction({
      writes: [
        { kind: 'put', collection: 'environments', key: 'shop', value: shop },
        { kind: 'put', collection: 'resources', key: 'shop/web[0]', value: web },
      ],
      events: [event()],
    }),
  );
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  database.prepare(sql).run(...values);
  return { store, shop, web };
}

const CONTENT = '{"name": "canary", ';

describe('a record that was changed from outside', () => {
  it.each([
    [CONTENT, 'it should be JSON'],
    ['[]', 'it should be a map'],
    ['{"name": "canary"}', 'id should be a text'],
  ])('is told by its name, and nothing of it is repeated: %s', async (value, says) => {
    const { store } = await damagedStore('UPDATE environments SET value = ?', value);
    const reading = store.get('environments', 'shop');
    await expect(reading).rejects.toMatchObject({
      code: 'RECORD_DAMAGED',
      what: `The record environments/shop in the store cannot be read: ${says}.`,
      facts: { record: 'environments/shop' },
    });
    await expect(store.find('environments')).rejects.not.toThrow(/canary/);
  });

  it.each([
    ['$.status', '"living"', 'status should be one of deploying, validating, ok,'],
    ['$.createdAtMs', '1e300', 'createdAtMs should be a time'],
    ['$.failure', '{"code": 1}', 'failure.code should be a text'],
    ['$.tags', '["a", null]', 'tags[1] should be a text'],
    ['$.adopting', '{"web[0]": 3}', 'adopting.web[0] should be a map'],
  ])('is told with the place in it: %s', async (path, value, says) => {
    const sql = 'UPDATE environments SET value = json_set(value, ?, json(?))';
    const { store } = await damagedStore(sql, path, value);
    await expect(store.get('environments', 'shop')).rejects.toThrow(says);
  });

  it('may have members that nobody knows', async () => {
    const sql = 'UPDATE environments SET value = json_set(value, ?, 1)';
    const { store } = await damagedStore(sql, '$.later');
    expect((await store.get('environments', 'shop'))?.value.name).toBe('shop');
  });

  it('can be written again, and is found then', async () => {
    const { store, web } = await damagedStore('UPDATE resources SET value = ?', CONTENT);
    const value = { ...web, description: 'whole again' };
    await store.commit(
      transaction({
        writes: [{ kind: 'put', collection: 'resources', key: 'shop/web[0]', value }],
      }),
    );
    expect((await store.get('resources', 'shop/web[0]'))?.value).toEqual(value);
    const hits = await store.search({ text: 'whole', limit: 5 });
    expect(hits.map(({ key }) => key)).toEqual(['shop/web[0]']);
  });

  it('is told of an event as well', async () => {
    const { store } = await damagedStore(
      'UPDATE journal SET events = ?',
      '[{"type": "run.queued", "address": null, "data": "canary"}]',
    );
    const reading = store.events({ scope: 'shop', afterSequence: 0, limit: 5 });
    await expect(reading).rejects.toThrow('The record events/shop:1 in the store');
  });
});
