import { randomBytes } from 'node:crypto';
import { createCipher, KEY_BYTES } from '../../src/platform/sealing/cipher.ts';
import type { Secrets } from '../../src/secrets/secrets.ts';

/** Seals as the embedded secrets do, with a key that nobody keeps. */
export function createSealing(): Pick<Secrets, 'seal' | 'open'> {
  const cipher = createCipher(randomBytes(KEY_BYTES));
  return {
    seal: async (plain, context) => cipher.seal(plain, ['sealed', context]),
    open: async (sealed, context) => cipher.open(sealed, ['sealed', context]),
  };
}
