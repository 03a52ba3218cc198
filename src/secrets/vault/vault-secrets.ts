import { BiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { checkPath } from '../../platform/paths.ts';
import type { Secrets } from '../secrets.ts';
import { pathsBelow } from './listing.ts';
import { createSealing } from './sealing.ts';
import type { Vault } from './vault.ts';
import { createVersions } from './versions.ts';

export interface VaultSecretsTerms {
  vault: Pick<Vault, 'ask'>;
  /** Of a key-value engine, version 2. */
  mount: string;
  /** All paths lie below it. */
  prefix: string;
  clock: Clock;
}

/** The keys for sealing lie beside the secrets, where nobody reads them as one. */
const SEALING_KEYS = 'biotope/sealing-keys';

/**
 * Secrets in Vault or OpenBao, where applications find them as they are: the secret `shop/db` is at
 * `<mount>/<prefix>/shop/db`. Nothing is asked before it is needed.
 */
export function createVaultSecrets({ vault, mount, prefix, clock }: VaultSecretsTerms): Secrets {
  const versions = createVersions(vault, mount);
  const sealing = createSealing({ versions, path: `${prefix}/${SEALING_KEYS}`, clock });
  const placeOf = (path: string, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    if (checkPath(path) === SEALING_KEYS) throw reserved(path);
    return `${prefix}/${path}`;
  };
  return {
    read: async (path, version, signal) => versions.read(placeOf(path, signal), version, signal),
    write: async (path, fields, expected, signal) =>
      versions.write(placeOf(path, signal), fields, expected, signal),
    remove: async (path, signal) => versions.remove(placeOf(path, signal), signal),
    list: async (path, signal) => {
      const folder = path === '' ? prefix : placeOf(path, signal);
      signal?.throwIfAborted();
      const found = await pathsBelow({ vault, mount, clock }, folder, signal);
      return found
        .map((at) => at.slice(prefix.length + 1))
        .filter((at) => at !== SEALING_KEYS)
        .sort();
    },
    seal: sealing.seal,
    open: sealing.open,
    close: async () => {},
  };
}

function reserved(path: string): BiotopeError {
  const message = `The path ${path} is Biotope's own: its keys for sealing are kept there.`;
  return new BiotopeError('PATH_INVALID', { message });
}
