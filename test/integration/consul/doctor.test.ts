import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { createConsulKeyValue } from '../../../src/keyvalue/consul/consul-keyvalue.ts';
import { consulClient } from '../../support/consul.ts';
import { startConsul } from '../../support/services/consul.ts';
import { describeOver } from '../../support/services/describe-over.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openPatientFolder, type PatientFolder } from '../../unit/compose/doctor/patient.ts';

let patient: PatientFolder;
beforeEach(() => {
  patient = openPatientFolder();
});
afterEach(() => patient.remove());

const check = (url: string, more: Record<string, string> = {}) =>
  patient.check('Consul', { environment: { BIOTOPE_CONSUL_URL: url, ...more } });

describeOver(['CONSUL_URL'], 'doctor asks Consul', ({ CONSUL_URL: url }) => {
  it('whether it has a leader and takes keys', async () => {
    expect(await check(url)).toMatchObject({
      status: 'ok',
      found: expect.stringContaining('has a leader, and the token may keep keys'),
    });
    const key = await fetch(`${url}/v1/kv/_biotope-doctor`);
    expect(key.status).toBe(404);
  });

  it('only where one is configured, and says where it is away', async () => {
    expect(await patient.check('Consul')).toMatchObject({ status: 'skipped' });
    expect(await check('http://127.0.0.1:1')).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('Consul cannot be used'),
    });
  });
});

/** Lets in who has a token, and only to what its policy says. */
async function guardedConsul() {
  const managementToken = randomUUID();
  const consul = await startConsul({ folder: temporaryFolder(), managementToken });
  onTestFinished(() => consul.stop());
  const put = async (path: string, body: object) => {
    const headers = { 'x-consul-token': managementToken };
    const request = { method: 'PUT', headers, body: JSON.stringify(body) };
    return (await fetch(`${consul.url}/v1/acl/${path}`, request)).json();
  };
  const tokenFor = async (rules: string): Promise<string> => {
    const policy = await put('policy', { Name: `p-${randomUUID()}`, Rules: rules });
    const token = await put('token', { Policies: [{ ID: policy.ID }] });
    return token.SecretID;
  };
  return { url: consul.url, tokenFor };
}

describeOver(['CONSUL_URL'], 'a Consul with policies', () => {
  it('is used with a token that may do what it has to, and names what it may not', async () => {
    const { url, tokenFor } = await guardedConsul();
    const token = await tokenFor('key_prefix "shop/" { policy = "write" }');
    const reader = await tokenFor('key_prefix "shop/" { policy = "read" }');
    const as = (BIOTOPE_CONSUL_TOKEN: string, BIOTOPE_CONSUL_PREFIX = 'shop') =>
      check(url, { BIOTOPE_CONSUL_TOKEN, BIOTOPE_CONSUL_PREFIX });
    expect(await as(token)).toMatchObject({ status: 'ok' });
    expect(await as(token, '')).toMatchObject({ status: 'warning' });
    const refused = await as(reader);
    expect(refused).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('needs key "shop/_biotope-doctor" { policy = "write" }'),
    });
    expect(JSON.stringify(refused)).not.toContain(reader);
    expect(await as(randomUUID())).toMatchObject({
      found: expect.stringContaining('does not know the token'),
    });

    const keyValue = createConsulKeyValue({
      client: consulClient({ url, token: reader }),
      prefix: 'shop',
    });
    const set = (key: string) => ({ kind: 'set', key, value: 'x', revision: 0 }) as const;
    for (const changes of [[set('a')], [set('a'), set('b')]]) {
      await expect(keyValue.apply(changes)).rejects.toMatchObject({
        code: 'SYSTEM_FORBIDDEN',
        message: expect.stringContaining('key "shop/a" { policy = "write" }'),
      });
    }
  });
});
