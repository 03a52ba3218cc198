import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/platform/clock.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { describeStoreContract } from './store-contract.ts';

describeStoreContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'biotope-store-'));
  return {
    open: async () =>
      createSqliteStore({ path: join(folder, 'data', 'store.db'), clock: systemClock }),
    remove: () => rm(folder, { recursive: true }),
  };
});
