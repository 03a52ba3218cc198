import { existsSync } from 'node:fs';
import { messageOf } from '../model/thrown.ts';
import { systemClock } from '../platform/clock.ts';
import { createEmbeddedSecrets } from '../secrets/embedded/embedded-secrets.ts';
import { createLazySecrets } from '../secrets/lazy-secrets.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Vault } from '../secrets/vault/vault.ts';
import type { DataPaths } from './data-folder.ts';
import type { GuardTerms } from './guard.ts';
import { openVault } from './vault.ts';

interface Place extends GuardTerms {
  paths: DataPaths;
}

/** In Vault where there is one, else in the data folder. */
async function openSecrets({ config, paths }: Place, vault: Vault | undefined): Promise<Secrets> {
  if (vault === undefined) {
    return createEmbeddedSecrets({ path: paths.secrets, keyFile: paths.secretKey });
  }
  const { createVaultSecrets } = await import('../secrets/vault/vault-secrets.ts');
  return createVaultSecrets({ ...config.vault, vault, clock: systemClock });
}

/**
 * For who works. Of Vault the keys for sealing are read while there is time, and nobody waits for that:
 * with them Terraform's states are sealed also while Vault is away.
 */
export async function secretsForWork(place: Place, vault: Vault | undefined): Promise<Secrets> {
  const secrets = await openSecrets(place, vault);
  if (vault === undefined) return secrets;
  secrets.seal(new Uint8Array(), 'beginning').catch((error) => {
    place.log.warn({ reason: messageOf(error) }, 'the keys for sealing cannot be read yet');
  });
  return secrets;
}

/** For who only reads: opened when they are first needed, and made by nobody who finds none. */
export function secretsForReading(place: Place): Secrets {
  const { config, paths } = place;
  return createLazySecrets({
    areThere: () => config.vault.url !== null || existsSync(paths.secrets),
    open: async () => {
      const vault = await openVault(place);
      const secrets = await openSecrets(place, vault);
      const close = () => secrets.close().finally(() => vault?.close());
      return { ...secrets, close };
    },
  });
}
