import { createBreaker } from '../../../src/platform/breaker/breaker.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { type Logger, silentLogger } from '../../../src/platform/logger.ts';
import type { Secrets } from '../../../src/secrets/secrets.ts';
import type { LoginSettings } from '../../../src/secrets/vault/logins.ts';
import { createVault, type Vault } from '../../../src/secrets/vault/vault.ts';
import { createVaultSecrets } from '../../../src/secrets/vault/vault-secrets.ts';

interface Terms {
  url: string;
  login: LoginSettings;
  callTimeoutMs?: number;
  log?: Logger;
}

/** As a server has it. */
function openVault({ url, login, callTimeoutMs = 5_000, log = silentLogger }: Terms): Vault {
  const settings = { failuresMin: 3, windowMs: 30_000, callTimeoutMs, probeEveryMs: 200 };
  const parts = { clock: systemClock, log };
  return createVault({
    ...parts,
    settings: { url, namespace: null, login, callTimeoutMs },
    breaker: (probe) =>
      createBreaker({ ...parts, system: 'vault', title: 'Vault', settings, probe }),
    host: {},
  });
}

export function openVaultSecrets(terms: Terms & { mount: string; prefix: string }): Secrets {
  const { mount, prefix } = terms;
  const vault = openVault(terms);
  const secrets = createVaultSecrets({ vault, mount, prefix, clock: systemClock });
  return { ...secrets, close: () => vault.close() };
}
