import { BiotopeError } from '../../model/errors.ts';

/** What answers at the mount is something else, or a key-value engine of version 1. */
export function wrongEngine(mount: string): BiotopeError {
  return new BiotopeError('SYSTEM_REFUSED', {
    message: `What Vault has at ${mount} is no key-value engine of version 2.`,
    remedy: `Mount one: bao secrets enable -path=${mount} -version=2 kv; or name another mount.`,
    facts: { refusedBy: 'vault', path: mount },
  });
}
