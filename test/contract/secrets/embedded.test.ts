import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import { describeSecretsContract } from './secrets-contract.ts';

describeSecretsContract('embedded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'biotope-secrets-'));
  return {
    open: async () =>
      createEmbeddedSecrets({ path: join(folder, 'secrets.db'), keyFile: join(folder, 'key') }),
    remove: () => rm(folder, { recursive: true }),
  };
});
