import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { type OpenBaoServer, startOpenBao } from '../../support/services/openbao.ts';
import { openVaultSecrets } from '../../support/vault/secrets.ts';

const SLOWLY = { timeout: 20_000, interval: 50 };
const AWAY = { code: 'SYSTEM_UNAVAILABLE', facts: { system: 'vault' } };

/** A server of its own: it is sealed, stopped and killed. */
describeOver(['VAULT_URL'], 'a Vault that goes away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-openbao-'));
  let server: OpenBaoServer;

  beforeAll(async () => {
    server = await startOpenBao({ folder });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(callTimeoutMs = 5_000): Promise<Secrets> {
    const login = { method: 'token', token: { text: server.rootToken } } as const;
    const secrets = openVaultSecrets({
      url: server.url,
      login,
      mount: 'secret',
      prefix: 'biotope',
      callTimeoutMs,
    });
    onTestFinished(() => secrets.close());
    await secrets.write('shop/db', { password: 'canary-7Hd2' }, null);
    return secrets;
  }

  const allAway = async (secrets: Secrets) => {
    await expect(secrets.read('shop/db')).rejects.toMatchObject(AWAY);
    await expect(secrets.write('shop/db', { a: '1' }, null)).rejects.toMatchObject(AWAY);
    await expect(secrets.list('shop')).rejects.toMatchObject(AWAY);
    await expect(secrets.remove('shop/db')).rejects.toMatchObject(AWAY);
  };

  const back = (secrets: Secrets) =>
    vi.waitFor(async () => {
      const found = await secrets.read('shop/db');
      expect(found?.fields).toEqual({ password: 'canary-7Hd2' });
    }, SLOWLY);

  it('because it is sealed says so, seals and opens on, and is back once it is unsealed', async () => {
    const secrets = await opened();
    const state = Buffer.from('a state');
    const before = await secrets.seal(state, 'shop');
    await server.seal();
    await expect(secrets.read('shop/db')).rejects.toMatchObject({
      ...AWAY,
      facts: { system: 'vault', reason: 'sealed' },
    });
    await allAway(secrets);
    const sealed = await secrets.seal(state, 'shop');
    for (const text of [before, sealed]) {
      expect(Buffer.from(await secrets.open(text, 'shop'))).toEqual(state);
    }
    await server.unseal();
    await back(secrets);
  });

  it('because it was killed says so, and is back once it is there and unsealed', async () => {
    const secrets = await opened();
    await server.kill();
    await allAway(secrets);
    await server.start();
    await back(secrets);
  });

  it('because it hangs is not waited for, and is back once it goes on', async () => {
    const secrets = await opened(300);
    server.pause();
    await allAway(secrets);
    server.goOn();
    await back(secrets);
  });

  it('before it was ever asked is not needed to begin', async () => {
    await server.seal();
    const login = { method: 'token', token: { text: server.rootToken } } as const;
    const terms = { url: server.url, login, mount: 'secret', prefix: 'biotope' };
    const secrets = openVaultSecrets(terms);
    onTestFinished(() => secrets.close());
    await expect(secrets.seal(new Uint8Array(), 'shop')).rejects.toMatchObject(AWAY);
    await server.unseal();
    await vi.waitFor(() => secrets.seal(new Uint8Array(), 'shop'), SLOWLY);
  });
});
