import type { Config } from '../config/schema.ts';
import { systemClock } from '../platform/clock.ts';
import type { LoginSettings } from '../secrets/vault/logins.ts';
import type { Vault } from '../secrets/vault/vault.ts';
import { SECRETS } from '../systems/systems.ts';
import { type GuardTerms, loadGuard } from './guard.ts';

/** The one way of a process to Vault. Undefined where none is configured; it need not answer yet. */
export async function openVault(terms: GuardTerms): Promise<Vault | undefined> {
  const { config, log } = terms;
  const { url, namespace } = config.vault;
  if (url === null) return undefined;
  const { createVault } = await import('../secrets/vault/vault.ts');
  const guard = await loadGuard(terms);
  const { callTimeoutMs } = config.breaker;
  return createVault({
    settings: { url, namespace, login: loginOf(config.vault), callTimeoutMs },
    breaker: (probe) => guard({ system: 'vault', title: 'Vault', behind: [SECRETS], probe }),
    host: process.env,
    clock: systemClock,
    log,
  });
}

/** The configuration has seen to it that there is one way, and that it is whole. */
function loginOf({ token, tokenFile, appRole, kubernetes }: Config['vault']): LoginSettings {
  const given = (text: string | null, file: string | null) =>
    text === null ? { file: file ?? '' } : { text };
  if (appRole.roleId !== null) {
    const { mount, roleId, secretId, secretIdFile, isSecretIdWrapped: isWrapped } = appRole;
    return { method: 'approle', mount, roleId, secretId: given(secretId, secretIdFile), isWrapped };
  }
  if (kubernetes.role !== null) {
    const { mount, role, tokenFile: file } = kubernetes;
    return { method: 'kubernetes', mount, role, jwt: { file } };
  }
  return { method: 'token', token: given(token, tokenFile) };
}
