import { BiotopeError } from '../model/errors.ts';
import { systemClock } from '../platform/clock.ts';
import type { Leased } from '../secrets/vault/leased.ts';
import type { Vault } from '../secrets/vault/vault.ts';
import type { GuardTerms } from './guard.ts';
import { openVault } from './vault.ts';

export interface LeasedTerms extends GuardTerms {
  /** That of the process; where it has none, one of its own is opened. */
  vault?: Vault | undefined;
}

/** Credentials that Vault makes at `path`. Throws CONFIGURATION_INVALID where no Vault is configured. */
export async function openLeased(
  terms: LeasedTerms,
  { path, setting }: { path: string; setting: string },
): Promise<Omit<Leased, 'close'> & { close(): Promise<void> }> {
  const own = terms.vault === undefined ? await openVault(terms) : undefined;
  const vault = terms.vault ?? own;
  if (vault === undefined) {
    const message = `${setting} takes credentials from Vault, and no Vault is configured.`;
    throw new BiotopeError('CONFIGURATION_INVALID', { message, remedy: 'Set vault.url.' });
  }
  const { createLeased } = await import('../secrets/vault/leased.ts');
  const leased = createLeased({ vault, path, clock: systemClock, log: terms.log });
  return {
    ...leased,
    close: async () => {
      leased.close();
      await own?.close();
    },
  };
}
