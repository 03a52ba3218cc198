import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { describeOver } from '../../support/services/describe-over.ts';
import { type VaultCorner, vaultCorner } from '../../support/vault/corner.ts';
import { vaultRoot } from '../../support/vault/root.ts';
import { openVaultSecrets } from '../../support/vault/secrets.ts';

describeOver(['VAULT_URL', 'VAULT_ROOT_TOKEN'], 'keys for sealing in Vault', (addresses) => {
  const { VAULT_URL: url, VAULT_ROOT_TOKEN: token } = addresses;
  const root = vaultRoot({ url, token });
  const state = Buffer.from('a state');
  let corner: VaultCorner;
  let count = 0;

  beforeAll(async () => {
    corner = await vaultCorner(root);
  });

  afterAll(() => corner.remove());

  /** As many processes as one likes over the same secrets. */
  async function processes() {
    count += 1;
    const prefix = `biotope/keys-${count}`;
    const login = { method: 'token', token: { text: await corner.newToken() } } as const;
    const begin = () => {
      const secrets = openVaultSecrets({ url, login, mount: corner.mount, prefix });
      onTestFinished(() => secrets.close());
      return secrets;
    };
    return { begin, path: `${prefix}/biotope/sealing-keys` };
  }

  it('are made once, whoever comes first', async () => {
    const { begin } = await processes();
    const all = Array.from({ length: 5 }, begin);
    const sealed = await Promise.all(all.map((secrets) => secrets.seal(state, 'shop')));
    for (const text of sealed) {
      for (const secrets of all) {
        expect(Buffer.from(await secrets.open(text, 'shop'))).toEqual(state);
      }
    }
  });

  it('can be turned to a new one, which those who run find by what it sealed', async () => {
    const { begin, path } = await processes();
    const old = begin();
    const before = await old.seal(state, 'shop');
    const { data } = await root.ask('GET', `${corner.mount}/data/${path}`);
    const key2 = Buffer.alloc(32, 7).toString('base64');
    const keys = { ...data.data, key2, current: 'key2' };
    await root.ask('POST', `${corner.mount}/data/${path}`, { data: keys });
    const young = begin();
    const after = await young.seal(state, 'shop');
    expect(Buffer.from(await young.open(before, 'shop'))).toEqual(state);
    expect(Buffer.from(await old.open(after, 'shop'))).toEqual(state);
    // From then on it seals with the new one as well.
    const keyIdOf = (text: string) => text.split('.')[1];
    expect(keyIdOf(await old.seal(state, 'shop'))).toBe(keyIdOf(after));
    expect(keyIdOf(before)).not.toBe(keyIdOf(after));
  });

  it('are not made anew where they were removed', async () => {
    const { begin, path } = await processes();
    await begin().seal(state, 'shop');
    const versions = { versions: [1] };
    await root.ask('POST', `${corner.mount}/destroy/${path}`, versions);
    await expect(begin().seal(state, 'shop')).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  it('are no secret that anybody reads, writes, removes or is shown', async () => {
    const { begin } = await processes();
    const secrets = begin();
    await secrets.seal(state, 'shop');
    const path = 'biotope/sealing-keys';
    const invalid = { code: 'PATH_INVALID' };
    await expect(secrets.read(path)).rejects.toMatchObject(invalid);
    await expect(secrets.write(path, { current: 'key1' }, null)).rejects.toMatchObject(invalid);
    await expect(secrets.remove(path)).rejects.toMatchObject(invalid);
    expect(await secrets.list('')).toEqual([]);
    expect(await secrets.list('biotope')).toEqual([]);
  });
});
