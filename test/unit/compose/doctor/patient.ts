import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DataPaths,
  dataPaths,
  prepareDataFolder,
} from '../../../../src/compose/data-folder.ts';
import type { CheckResult } from '../../../../src/compose/doctor/check.ts';
import { examine } from '../../../../src/compose/doctor/doctor.ts';
import type { ConfigRequest } from '../../../../src/config/load.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { createEmbeddedSecrets } from '../../../../src/secrets/embedded/embedded-secrets.ts';
import { createSqliteStore } from '../../../../src/store/sqlite/sqlite-store.ts';

/** A folder as a person has it, with a data folder that may be sick. */
export interface PatientFolder {
  folder: string;
  paths: DataPaths;
  /** Makes store, secrets and key as a first command does, with a secret and a state in them. */
  furnish(): Promise<void>;
  examine(request?: Partial<ConfigRequest>): Promise<CheckResult[]>;
  /** The one result of this name. */
  check(name: string, request?: Partial<ConfigRequest>): Promise<CheckResult>;
  remove(): void;
}

export function openPatientFolder(): PatientFolder {
  const folder = mkdtempSync(join(tmpdir(), 'biotope-doctor-'));
  const paths = dataPaths(join(folder, '.biotope'));
  const look: PatientFolder['examine'] = (request = {}) =>
    examine({ flags: {}, environment: {}, folder, ...request }, () => undefined);
  return {
    folder,
    paths,
    furnish: () => furnish(paths),
    examine: look,
    check: async (name, request) => {
      const found = (await look(request)).find((result) => result.name === name);
      if (found === undefined) throw new Error(`there is no check ${name}`);
      return found;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function furnish(paths: DataPaths): Promise<void> {
  prepareDataFolder(paths);
  const secrets = createEmbeddedSecrets({ path: paths.secrets, keyFile: paths.secretKey });
  await secrets.write('shop/db', { password: 'planted-in-the-doctor' }, null);
  const sealed = await secrets.seal(Buffer.from('{}'), 'shop/site');
  await secrets.close();
  const store = createSqliteStore({ path: paths.store, clock: systemClock });
  const value = {
    environment: 'shop',
    address: 'site[0]',
    sealed,
    refusedClaim: null,
    runId: 'run-1',
    runEpoch: 1,
    clusterEpoch: 1,
    savedAtMs: 1,
  } as const;
  await store.commit({
    scope: 'shop',
    expect: [],
    writes: [{ kind: 'put', collection: 'states', key: 'shop/site[0]', value }],
    events: [],
  });
  await store.close();
}

/** As after a restore from the wrong backup. */
export function exchangeKey({ secretKey }: DataPaths): void {
  writeFileSync(secretKey, randomBytes(32), { mode: 0o600 });
}
