import { afterAll, beforeAll } from 'vitest';
import { describeOver } from '../../support/services/describe-over.ts';
import { type VaultCorner, vaultCorner } from '../../support/vault/corner.ts';
import { vaultRoot } from '../../support/vault/root.ts';
import { openVaultSecrets } from '../../support/vault/secrets.ts';
import { describeSecretsContract } from './secrets-contract.ts';

describeOver(['VAULT_URL', 'VAULT_ROOT_TOKEN'], 'secrets in Vault', (addresses) => {
  const { VAULT_URL: url, VAULT_ROOT_TOKEN: token } = addresses;
  let corner: VaultCorner;
  let login: { method: 'token'; token: { text: string } };
  let count = 0;

  beforeAll(async () => {
    corner = await vaultCorner(vaultRoot({ url, token }));
    login = { method: 'token', token: { text: await corner.newToken() } };
  });

  afterAll(() => corner.remove());

  // With a token that may do what the documented policy allows, and nothing else.
  describeSecretsContract('vault', async () => {
    count += 1;
    const prefix = `biotope/${count}`;
    const open = async () => openVaultSecrets({ url, login, mount: corner.mount, prefix });
    return { open, remove: async () => {} };
  });
});
