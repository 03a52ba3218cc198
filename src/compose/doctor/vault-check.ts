import { silentLogger } from '../../platform/logger.ts';
import { openVault } from '../vault.ts';
import { type Check, type Finding, failed, ok, skipped, warning } from './check.ts';

/** A token that ends sooner, and cannot be renewed, stops a server in its work. */
const ENDS_SOON_MS = 24 * 3_600_000;

/** It answers, is unsealed, lets us in, and its policies are enough. */
export const vaultCheck: Check = {
  name: 'Vault',
  run: async ({ config }) => {
    const { url: address, appRole } = config.vault;
    if (address !== null && appRole.isSecretIdWrapped) {
      return skipped('the wrapped secret id can be used once, and is left to the server');
    }
    const vault = await openVault({ config, log: silentLogger });
    if (vault === undefined) return skipped('secrets are kept in the data folder');
    const { url, mount, prefix } = config.vault;
    const { examineVault } = await import('../../secrets/vault/examination.ts');
    try {
      const found = await examineVault(vault, { mount, prefix });
      const place = `${new URL(url ?? '').origin}, ${mount}/${prefix}`;
      const what = `${place} (version ${found.version ?? 'unknown'}, unsealed)`;
      return judge(what, found);
    } finally {
      await vault.close();
    }
  },
};

interface Judged {
  ttlMs: number | null;
  isRenewable: boolean;
  missing: string[];
}

function judge(what: string, { ttlMs, isRenewable, missing }: Judged): Finding {
  if (missing.length > 0) {
    const found = `${what}: the token lacks ${missing.join(', ')}`;
    return failed(found, 'Give it the policy in docs/vault.md.');
  }
  if (ttlMs === null) return ok(`${what}, the token may what it has to, and does not end`);
  const seconds = Math.round(ttlMs / 1_000);
  if (isRenewable) {
    return ok(`${what}, the token may what it has to, and is renewed (${seconds} s at a time)`);
  }
  if (ttlMs > ENDS_SOON_MS) return ok(`${what}, the token may what it has to, for ${seconds} s`);
  const found = `${what}: the token ends in ${seconds} s and cannot be renewed`;
  return warning(found, 'Log in with an AppRole or Kubernetes, or name a token with a period.');
}
