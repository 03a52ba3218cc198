import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../support/arango/double.ts';
import {
  currentDatabase,
  REFUSALS,
  refused,
  serverVersion,
} from '../../support/arango/exchanges.ts';
import { doubleOfTest, USER } from '../../support/arango/opened-store.ts';
import { openPatientFolder, type PatientFolder } from '../../unit/compose/doctor/patient.ts';

describe('doctor asks ArangoDB', () => {
  let patient: PatientFolder;
  beforeEach(() => {
    patient = openPatientFolder();
  });
  afterEach(() => patient.remove());

  const checkOver = async (...exchanges: Exchange[]) => {
    const { double } = await doubleOfTest();
    double.play(...exchanges);
    const environment = {
      BIOTOPE_ARANGO_URL: double.url,
      BIOTOPE_ARANGO_USERNAME: USER.username,
      BIOTOPE_ARANGO_PASSWORD: USER.password,
    };
    return patient.check('ArangoDB', { environment });
  };

  it('nothing, where none is named', async () => {
    expect(await patient.check('ArangoDB')).toMatchObject({ status: 'skipped' });
  });

  it('which version it is', async () => {
    expect(await checkOver(currentDatabase(), serverVersion())).toMatchObject({
      status: 'ok',
      found: expect.stringMatching(/database biotope \(version 3\.12\.5, community\)$/),
    });
  });

  it('and finds one that is too old', async () => {
    expect(await checkOver(currentDatabase(), serverVersion('3.11.2'))).toMatchObject({
      status: 'failed',
      found: expect.stringContaining('3.11.2'),
    });
  });

  it('and says that the database is not there yet', async () => {
    const noDatabase = refused(currentDatabase(), REFUSALS.databaseNotFound);
    const version = { ...serverVersion(), path: '/_db/_system/_api/version?details=false' };
    expect(await checkOver(noDatabase, version)).toMatchObject({ status: 'warning' });
  });

  it('and says that the login is refused', async () => {
    const found = await checkOver(refused(currentDatabase(), REFUSALS.unauthorised));
    expect(found).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(found)).not.toContain(USER.password);
  });
});
