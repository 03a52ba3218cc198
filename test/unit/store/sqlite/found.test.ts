import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { RECORDS_FOUND_MAX } from '../../../../src/model/limits.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { openStore } from './fixture.ts';

/** Past the store, which takes its time. */
function insertQueues(path: string, count: number): void {
  const database = new DatabaseSync(path);
  database.exec(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
     INSERT INTO queues SELECT format('%06d', n), 'test', 1, '{"environment":"shop","acceptedCount":1}' FROM numbers`,
  );
  database.close();
}

it('finds as many records as one look may find, and refuses more instead of cutting them off', async () => {
  const path = join(temporaryFolder(), 'store.db');
  const store = openStore({ path });
  insertQueues(path, RECORDS_FOUND_MAX + 1);
  await expect(store.find('queues')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  expect(await store.find('queues', { afterKey: '000001' })).toHaveLength(RECORDS_FOUND_MAX);
  expect(await store.find('queues', { limit: 2 })).toHaveLength(2);
});
