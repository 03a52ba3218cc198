import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { vaultSecretDefinition } from '../../../src/executors/vault-secret/definition.ts';
import { createVaultSecretExecutor } from '../../../src/executors/vault-secret/vault-secret.ts';
import { SecretValue } from '../../../src/platform/secret-value.ts';
import { createEmbeddedSecrets } from '../../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type VaultCorner, vaultCorner } from '../../support/vault/corner.ts';
import { vaultRoot } from '../../support/vault/root.ts';
import { openVaultSecrets } from '../../support/vault/secrets.ts';
import { describeExecutorContract } from './executor-contract.ts';

const SECRET = 'canary-vault-2Kd9';

describeExecutorContract('vault-secret', async () => {
  const keyFile = join(temporaryFolder(), 'key');
  return contractOver(createEmbeddedSecrets({ path: ':memory:', keyFile }));
});

describeOver(['VAULT_URL', 'VAULT_ROOT_TOKEN'], 'secrets of templates in Vault', (addresses) => {
  const { VAULT_URL: url, VAULT_ROOT_TOKEN: token } = addresses;
  let corner: VaultCorner;
  let count = 0;

  beforeAll(async () => {
    corner = await vaultCorner(vaultRoot({ url, token }));
  });

  afterAll(() => corner.remove());

  describeExecutorContract('vault-secret over Vault', async () => {
    count += 1;
    const login = { method: 'token', token: { text: await corner.newToken() } } as const;
    const prefix = `biotope/${count}`;
    return contractOver(openVaultSecrets({ url, login, mount: corner.mount, prefix }));
  });
});

async function contractOver(secrets: Secrets) {
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
}
