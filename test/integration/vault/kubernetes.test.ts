import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { vaultCorner } from '../../support/vault/corner.ts';
import { vaultRoot } from '../../support/vault/root.ts';
import { openVaultSecrets } from '../../support/vault/secrets.ts';
import { startTokenReview } from '../../support/vault/token-review.ts';

/** OpenBao's own login for Kubernetes, over a double of Kubernetes that answers TokenReview alone. */
describeOver(['VAULT_URL', 'VAULT_ROOT_TOKEN'], 'a login as a service account', (addresses) => {
  const { VAULT_URL: url, VAULT_ROOT_TOKEN: token } = addresses;
  const root = vaultRoot({ url, token });

  it('reads the token from its file for each login', async () => {
    const kubernetes = await startTokenReview();
    const corner = await vaultCorner(root);
    const mount = `t${randomUUID()}`;
    onTestFinished(async () => {
      await root.ask('DELETE', `sys/auth/${mount}`);
      await corner.remove();
    });
    await root.ask('POST', `sys/auth/${mount}`, { type: 'kubernetes' });
    await root.ask('POST', `auth/${mount}/config`, {
      kubernetes_host: kubernetes.url,
      kubernetes_ca_cert: kubernetes.certificate,
      disable_local_ca_jwt: true,
    });
    await root.ask('POST', `auth/${mount}/role/biotope`, {
      bound_service_account_names: ['biotope'],
      bound_service_account_namespaces: ['platform'],
      token_policies: [corner.policy],
      token_ttl: '1h',
    });
    const file = join(temporaryFolder(), 'token');
    const account = { namespace: 'platform', name: 'biotope' };
    const first = kubernetes.newToken(account);
    writeFileSync(file, first);
    const login = { method: 'kubernetes', mount, role: 'biotope', jwt: { file } } as const;
    const terms = { url, login, mount: corner.mount, prefix: 'biotope' };
    const secrets = openVaultSecrets(terms);
    onTestFinished(() => secrets.close());
    expect(await secrets.write('shop/db', { password: 'a' }, 0)).toBe(1);

    // A later login needs the token that is there then.
    kubernetes.forget(first);
    const other = openVaultSecrets(terms);
    onTestFinished(() => other.close());
    const refused = { code: 'SYSTEM_UNAVAILABLE', facts: { system: 'vault', reason: 'login' } };
    await expect(other.read('shop/db')).rejects.toMatchObject(refused);
    writeFileSync(file, kubernetes.newToken(account));
    expect((await other.read('shop/db'))?.fields).toEqual({ password: 'a' });

    writeFileSync(file, kubernetes.newToken({ namespace: 'platform', name: 'somebody-else' }));
    const stranger = openVaultSecrets(terms);
    onTestFinished(() => stranger.close());
    await expect(stranger.read('shop/db')).rejects.toMatchObject(refused);
  });
});
