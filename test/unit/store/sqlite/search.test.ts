import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { template } from '../../../support/records.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { openStore, writing } from './fixture.ts';

it('leaves nothing of a deleted record in the full-text index', async () => {
  const path = join(temporaryFolder(), 'store.db');
  const store = openStore({ path });
  const key = 'kiosk@1.0.0';
  const value = template({ name: 'kiosk', version: '1.0.0', description: 'sells tea' });
  await store.commit(writing({ kind: 'put', collection: 'templates', key, value }));
  await store.commit(writing({ kind: 'delete', collection: 'templates', key }));
  await store.close();
  const database = new DatabaseSync(path);
  const found = "SELECT rowid FROM search_index WHERE search_index MATCH 'tea'";
  expect(database.prepare(found).all()).toEqual([]);
  expect(database.prepare('SELECT * FROM search_documents').all()).toEqual([]);
  database.close();
});
