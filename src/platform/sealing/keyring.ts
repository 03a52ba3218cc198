import { BiotopeError } from '../../model/errors.ts';
import { type Cipher, createCipher, KEY_BYTES, keyIdOf } from './cipher.ts';

/** Several keys: one that seals, and those before it, which still open what they sealed. */
export type Keyring = Pick<Cipher, 'seal' | 'open'> & {
  /** Whether what was sealed with that key can be opened. */
  holds(keyId: string): boolean;
};

/** Throws SECRET_UNREADABLE for what is no key. */
export function createKeyring(keys: {
  current: Uint8Array;
  former: readonly Uint8Array[];
}): Keyring {
  const current = cipherOf(keys.current);
  const ciphers = [current, ...keys.former.map(cipherOf)];
  const byId = new Map(ciphers.map((cipher) => [cipher.keyId, cipher]));
  return {
    seal: current.seal,
    open: (sealed, purpose) => (byId.get(keyIdOf(sealed) ?? '') ?? current).open(sealed, purpose),
    holds: (keyId) => byId.has(keyId),
  };
}

function cipherOf(key: Uint8Array): Cipher {
  if (key.length === KEY_BYTES) return createCipher(key);
  const message = `A key for sealing has ${key.length} bytes instead of ${KEY_BYTES}: it is no key.`;
  throw new BiotopeError('SECRET_UNREADABLE', { message, remedy: 'Restore it from a backup.' });
}
