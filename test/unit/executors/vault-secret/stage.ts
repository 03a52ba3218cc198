import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Executor } from '../../../../src/executors/executor.ts';
import { createVaultSecretExecutor } from '../../../../src/executors/vault-secret/vault-secret.ts';
import { createEmbeddedSecrets } from '../../../../src/secrets/embedded/embedded-secrets.ts';
import type { Secrets } from '../../../../src/secrets/secrets.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Stage {
  secrets: Secrets;
  executor: Executor;
  /** The newest version's, without the executor's own mark. */
  fields(path: string): Promise<Record<string, string>>;
}

/** A secret store and an executor over it, anew for each test of the file that calls it. */
export function setStage(): Stage {
  let folder = '';
  const stage = {} as Stage;

  beforeEach(async () => {
    folder = temporaryFolder();
    stage.secrets = createEmbeddedSecrets({ path: ':memory:', keyFile: join(folder, 'key') });
    stage.executor = createVaultSecretExecutor({ secrets: stage.secrets });
  });

  afterEach(async () => {
    await stage.secrets.close();
  });

  stage.fields = async (path) => {
    const { _biotope, ...rest } = (await stage.secrets.read(path))?.fields ?? {};
    return rest;
  };
  return stage;
}
