import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Store } from '../../store/store.ts';

interface Terms {
  store: Store;
  secrets: Secrets;
  log: Logger;
}

const KEY = 'installation';
const CONTEXT = 'installation/seal';
const SCOPE = '@installation';

/**
 * What one process seals, such as Terraform's states, others on the same store have to open. The first of
 * them leaves something sealed in the store; whoever comes later and cannot open it has another key, and
 * is refused with SEALING_KEY_DIFFERS before it does anything.
 */
export async function demandSharedKey(terms: Terms): Promise<void> {
  try {
    while (!(await isShared(terms)));
  } catch (error) {
    if (!isBiotopeError(error, 'SYSTEM_UNAVAILABLE')) throw error;
    terms.log.warn({ code: error.code }, 'the key that all processes share could not be looked at');
  }
}

/** False: another process was faster. */
async function isShared({ store, secrets }: Terms): Promise<boolean> {
  const known = await store.get('seals', KEY);
  if (known !== undefined) return opens(secrets, known.value.sealed);
  const sealed = await secrets.seal(new TextEncoder().encode(CONTEXT), CONTEXT);
  try {
    await store.commit({
      scope: SCOPE,
      expect: [{ collection: 'seals', key: KEY, revision: null }],
      writes: [{ kind: 'put', collection: 'seals', key: KEY, value: { sealed } }],
      events: [],
    });
    return true;
  } catch (error) {
    if (isBiotopeError(error, 'STORE_CONFLICT')) return false;
    throw error;
  }
}

async function opens(secrets: Secrets, sealed: string): Promise<true> {
  try {
    await secrets.open(sealed, CONTEXT);
    return true;
  } catch (error) {
    if (!isBiotopeError(error, 'SECRET_UNREADABLE')) throw error;
    throw new BiotopeError('SEALING_KEY_DIFFERS', {
      message:
        'This process seals with another key than those that already work on this store: they could ' +
        'not open what it seals, nor it theirs.',
      remedy:
        'Name one Vault in all of them (vault.url), or copy the secret.key of the first data folder ' +
        'into this one before it is used.',
      cause: error,
    });
  }
}
