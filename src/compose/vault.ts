import type { Config } from '../config/schema.ts';
import type { CredentialsMaker } from '../executors/terraform/made-credentials.ts';
import { systemClock } from '../platform/clock.ts';
import type { Subsystems } from '../platform/subsystems.ts';
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

/** For steps of Terraform that name VAULT_TOKEN; undefined where no policies are configured. */
export async function openChildTokens(
  { config, log }: Pick<GuardTerms, 'config' | 'log'>,
  vault: Vault | undefined,
): Promise<CredentialsMaker | undefined> {
  const { url, namespace, childTokens: settings } = config.vault;
  if (vault === undefined || url === null || settings.policies.length === 0) return undefined;
  const { createChildTokens } = await import('../secrets/vault/child-tokens.ts');
  return createChildTokens({ vault, url, namespace, settings, log });
}

/** Before everything that takes credentials from it. */
export async function startVault(
  terms: GuardTerms,
  { start }: Pick<Subsystems, 'start'>,
): Promise<Vault | undefined> {
  if (terms.config.vault.url === null) return undefined;
  return start(
    'vault',
    () => openVault(terms),
    (vault) => vault?.close(),
  );
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
