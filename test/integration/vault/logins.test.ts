import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { LoginSettings } from '../../../src/secrets/vault/logins.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type VaultCorner, vaultCorner } from '../../support/vault/corner.ts';
import { testRole, tokensOf } from '../../support/vault/roles.ts';
import { vaultRoot } from '../../support/vault/root.ts';
import { openVaultSecrets } from '../../support/vault/secrets.ts';

const SLOWLY = { timeout: 20_000, interval: 100 };

describeOver(['VAULT_URL', 'VAULT_ROOT_TOKEN'], 'a login to Vault', (addresses) => {
  const { VAULT_URL: url, VAULT_ROOT_TOKEN: token } = addresses;
  const root = vaultRoot({ url, token });
  let corner: VaultCorner;

  beforeAll(async () => {
    corner = await vaultCorner(root);
  });

  afterAll(() => corner.remove());

  function secretsAs(login: LoginSettings) {
    const secrets = openVaultSecrets({ url, login, mount: corner.mount, prefix: 'biotope/logins' });
    onTestFinished(() => secrets.close());
    return secrets;
  }

  /** Of the tokens that Biotope has made with its logins, which have a policy that no other has. */
  async function ownRole(terms: object) {
    const policy = `own-${crypto.randomUUID()}`;
    const role = await testRole(root, { token_policies: [corner.policy, policy], ...terms });
    const login = async (): Promise<LoginSettings> => {
      const secretId = { text: await role.newSecretId() };
      return { method: 'approle', ...role, secretId, isWrapped: false };
    };
    return { ...role, login, tokens: () => tokensOf(root, policy) };
  }

  it('with a token in a file takes the new one there once the old one is refused', async () => {
    const file = join(temporaryFolder(), 'token');
    const first = await corner.newToken();
    writeFileSync(file, `${first}\n`);
    const secrets = secretsAs({ method: 'token', token: { file } });
    expect(await secrets.read('none')).toBeUndefined();
    await root.ask('POST', 'auth/token/revoke', { token: first });
    const refused = { code: 'SYSTEM_UNAVAILABLE', facts: { system: 'vault', reason: 'login' } };
    await expect(secrets.read('none')).rejects.toMatchObject(refused);
    writeFileSync(file, await corner.newToken());
    expect(await secrets.read('none')).toBeUndefined();
  });

  it('leaves a token that somebody else made alive', async () => {
    const given = await corner.newToken();
    const secrets = secretsAs({ method: 'token', token: { text: given } });
    await secrets.read('none');
    await secrets.close();
    expect(await root.askAs(given, 'GET', 'auth/token/lookup-self')).toBe(200);
  });

  it('as an AppRole takes its token back in the end', async () => {
    const { login, tokens } = await ownRole({ token_ttl: '1h' });
    const secrets = secretsAs(await login());
    await Promise.all([secrets.read('a'), secrets.read('b'), secrets.list('')]);
    expect(await tokens()).toHaveLength(1);
    await secrets.close();
    expect(await tokens()).toEqual([]);
  });

  it('unwraps a secret id once, and logs in again with what was in it', async () => {
    const { tokens, ...role } = await ownRole({ token_ttl: '1h' });
    const file = join(temporaryFolder(), 'secret-id');
    writeFileSync(file, await role.newWrappedSecretId());
    const secrets = secretsAs({ method: 'approle', ...role, secretId: { file }, isWrapped: true });
    await secrets.read('none');
    const [first] = await tokens();
    await root.ask('POST', 'auth/token/revoke-accessor', { accessor: first?.accessor });
    expect(await secrets.read('none')).toBeUndefined();
    expect(await tokens()).toHaveLength(1);
  });

  it('is made once more where its token was revoked, however many ask', async () => {
    const { login, tokens } = await ownRole({ token_ttl: '1h' });
    const secrets = secretsAs(await login());
    await secrets.read('none');
    const [first] = await tokens();
    await root.ask('POST', 'auth/token/revoke-accessor', { accessor: first?.accessor });
    const many = Array.from({ length: 10 }, (_, at) => secrets.read(`none/${at}`));
    expect(await Promise.all(many)).toEqual(many.map(() => undefined));
    expect(await tokens()).toHaveLength(1);
  });

  it('is renewed before it ends', async () => {
    const { login, tokens } = await ownRole({ token_period: '3s' });
    const secrets = secretsAs(await login());
    await secrets.read('none');
    const [first] = await tokens();
    const renewed = { accessor: first?.accessor, last_renewal_time: expect.any(Number) };
    await vi.waitFor(async () => expect(await tokens()).toMatchObject([renewed]), SLOWLY);
  });

  it('gives way to another one where it may not live longer', async () => {
    const { login, tokens } = await ownRole({ token_ttl: '3s', token_max_ttl: '3s' });
    const secrets = secretsAs(await login());
    await secrets.read('none');
    const [first] = await tokens();
    await vi.waitFor(async () => {
      const other = (await tokens()).filter(({ accessor }) => accessor !== first?.accessor);
      expect(other).toHaveLength(1);
    }, SLOWLY);
    expect(await secrets.read('none')).toBeUndefined();
  });

  it('that may not do something is told path and right, and is not made again', async () => {
    const { login, tokens } = await ownRole({ token_ttl: '1h', token_policies: ['default'] });
    const secrets = secretsAs(await login());
    const path = `${corner.mount}/data/biotope/logins/shop/db`;
    await expect(secrets.read('shop/db')).rejects.toMatchObject({
      code: 'SYSTEM_FORBIDDEN',
      message: expect.stringContaining(`the token needs read on ${path}`),
    });
    expect(await tokens()).toEqual([]);
  });

  it('that is refused makes everybody wait as for a Vault that is away', async () => {
    const { roleId, mount } = await ownRole({ token_ttl: '1h' });
    const secretId = { text: 'canary-secret-id-9Xk2' };
    const secrets = secretsAs({ method: 'approle', mount, roleId, secretId, isWrapped: false });
    const refused = await secrets.read('none').catch((error) => error);
    expect(refused).toMatchObject({ code: 'SYSTEM_UNAVAILABLE', facts: { system: 'vault' } });
    expect(JSON.stringify([refused.message, refused.facts, refused.cause])).not.toMatch(/canary/);
  });
});
