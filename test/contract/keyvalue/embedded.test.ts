import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedKeyValue } from '../../../src/keyvalue/embedded/embedded-keyvalue.ts';
import { createSealing } from '../../support/sealing.ts';
import { describeKeyValueContract } from './keyvalue-contract.ts';

describeKeyValueContract('embedded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'biotope-keyvalue-'));
  const sealing = createSealing();
  return {
    open: async () => createEmbeddedKeyValue({ path: join(folder, 'keyvalue.db'), sealing }),
    remove: () => rm(folder, { recursive: true }),
  };
});
