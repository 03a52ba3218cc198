import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOver } from '../../support/services/describe-over.ts';
import { type VaultCorner, vaultCorner } from '../../support/vault/corner.ts';
import { vaultRoot } from '../../support/vault/root.ts';
import { openPatientFolder, type PatientFolder } from '../../unit/compose/doctor/patient.ts';

describeOver(['VAULT_URL', 'VAULT_ROOT_TOKEN'], 'doctor asks Vault', (addresses) => {
  const { VAULT_URL: url, VAULT_ROOT_TOKEN: token } = addresses;
  const root = vaultRoot({ url, token });
  let corner: VaultCorner;
  let patient: PatientFolder;

  beforeAll(async () => {
    corner = await vaultCorner(root);
  });
  afterAll(() => corner.remove());
  beforeEach(() => {
    patient = openPatientFolder();
  });
  afterEach(() => patient.remove());

  const checkAs = (as: string, environment: Record<string, string> = {}) =>
    patient.check('Vault', {
      environment: {
        BIOTOPE_VAULT_URL: url,
        BIOTOPE_VAULT_TOKEN: as,
        BIOTOPE_VAULT_MOUNT: corner.mount,
        ...environment,
      },
    });

  it('whether the policy of the page is enough, and finds that it is', async () => {
    expect(await checkAs(await corner.newToken({ period: '1h' }))).toMatchObject({
      status: 'ok',
      found: expect.stringMatching(/unsealed\), the token may what it has to, and is renewed/),
    });
  });

  it('and warns of a token that ends soon', async () => {
    const ending = await corner.newToken({ ttl: '1h', renewable: false });
    expect(await checkAs(ending)).toMatchObject({ status: 'warning' });
  });

  it('and names what a token may not', async () => {
    const prefix = { BIOTOPE_VAULT_PREFIX: 'other' };
    const found = await checkAs(await corner.newToken(), prefix);
    expect(found).toMatchObject({
      status: 'failed',
      found: expect.stringContaining(`create on ${corner.mount}/data/other/*`),
    });
  });

  it('and tells a token that is refused, without showing it', async () => {
    const found = await checkAs('canary-token-5Jw9');
    expect(found).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(found)).not.toMatch(/canary/);
  });

  it('only where one is configured', async () => {
    expect(await patient.check('Vault')).toMatchObject({ status: 'skipped' });
  });
});
