import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { startOpenBao } from '../../support/services/openbao.ts';
import { answers, isAlive } from '../../support/services/process.ts';

async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'biotope-service-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describeOver(['CONSUL_URL', 'CONSUL2_URL'], 'Consul, as tests are given it', ({ CONSUL2_URL }) => {
  it('is two datacenters that see each other', async () => {
    const response = await fetch(`${CONSUL2_URL}/v1/catalog/datacenters`);
    expect(await response.json()).toEqual(expect.arrayContaining(['dc1', 'dc2']));
  });

  it('can be one of a test alone, killed and begun again with what it knew', async () => {
    const consul = await startConsul({ folder: await ownFolder() });
    onTestFinished(consul.stop);
    const key = `${consul.url}/v1/kv/kept`;
    await fetch(key, { method: 'PUT', body: 'here' });
    await consul.kill();
    expect(isAlive(consul.process)).toBe(false);
    await consul.start();
    expect(await (await fetch(`${key}?raw`)).text()).toBe('here');
  });
});

describeOver(['VAULT_URL'], 'OpenBao, as tests are given it', () => {
  it('can be one of a test alone, sealed and unsealed', async () => {
    const openBao = await startOpenBao({ folder: await ownFolder() });
    onTestFinished(openBao.stop);
    const health = `${openBao.url}/v1/sys/health`;
    await openBao.seal();
    expect(await answers(health, [503])).toBe(true);
    await openBao.unseal();
    expect(await answers(health, [200])).toBe(true);
  });
});
