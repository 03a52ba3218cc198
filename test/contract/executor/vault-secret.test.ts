import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { vaultSecretDefinition } from '../../../src/executors/vault-secret/definition.ts';
import { createVaultSecretExecutor } from '../../../src/executors/vault-secret/vault-secret.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { describeExecutorContract } from './executor-contract.ts';

const SECRET = 'canary-vault-2Kd9';

describeExecutorContract('vault-secret', async () => {
  const folder = temporaryFolder();
  const secrets = createEmbeddedSecrets({ path: ':memory:', keyFile: join(folder, 'key') });
  onTestFinished(() => secrets.close());
  await secrets.write('shop/other', { of: 'somebody else' }, 0);
  return {
    definition: vaultSecretDefinition,
    executor: createVaultSecretExecutor({ secrets }),
    secret: SECRET,
    bundle: { paths: [], read: () => undefined },
    bundleFolder: '',
    first: {
      path: 'shop/db',
      generate: { password: { length: 32 }, pin: { length: 8, characters: 'digits' } },
      values: { user: 'shop', token: new SecretValue(SECRET) },
    },
    changed: {
      path: 'shop/db',
      generate: { password: { length: 40 }, pin: { length: 8, characters: 'digits' } },
      values: { user: 'shop', token: new SecretValue(`${SECRET}-2`) },
    },
    world: async () => {
      const paths = await secrets.list('');
      const versions = await Promise.all(paths.map((path) => secrets.read(path)));
      return paths.map((path, at) => ({ path, ...versions[at] }));
    },
    damage: async () => {
      const found = await secrets.read('shop/db');
      const { user: _user, ...fields } = found?.fields ?? {};
      await secrets.write('shop/db', fields, null);
    },
    adoption: {
      how: { version: '1' },
      spec: {
        path: 'shop/old',
        generate: { password: { length: 32 } },
        values: { user: 'shop', token: new SecretValue(SECRET) },
      },
      prepare: async () => {
        const fields = { password: 'of old', user: 'admin', token: SECRET, theirs: 'x' };
        await secrets.write('shop/old', fields, 0);
      },
      rest: async () => [
        { path: 'shop/old', version: 3, fields: { theirs: 'x' } },
        { path: 'shop/other', version: 1, fields: { of: 'somebody else' } },
      ],
    },
  };
});
