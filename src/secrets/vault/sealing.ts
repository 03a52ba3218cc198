import { randomBytes } from 'node:crypto';
import { BiotopeError, isBiotopeError } from '../../model/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import { KEY_BYTES, keyIdOf } from '../../platform/sealing/cipher.ts';
import { createKeyring, type Keyring } from '../../platform/sealing/keyring.ts';
import type { Secrets } from '../secrets.ts';
import type { Versions } from './versions.ts';

/**
 * Sealing with keys that lie in Vault as one secret: `current` names the field of the one that seals, each
 * other field is a key (base64). Whoever comes first makes it; all share it. It is read once and kept in
 * memory: what is sealed can be opened while Vault is sealed itself.
 */
export function createSealing(terms: {
  versions: Pick<Versions, 'newest' | 'write'>;
  path: string;
  clock: Clock;
}): Pick<Secrets, 'seal' | 'open'> {
  const { clock } = terms;
  let loading: Promise<Keyring> | undefined;
  let lookedAgainAtMs = Number.NEGATIVE_INFINITY;

  const load = () => {
    const now = loadKeyring(terms);
    loading = now;
    // Kept only where it is whole.
    now.catch(() => {
      if (loading === now) loading = undefined;
    });
    return now;
  };
  const keyring = () => loading ?? load();

  /** Another process may have turned to a new key since. */
  async function keyringFor(sealed: string): Promise<Keyring> {
    const known = await keyring();
    const id = keyIdOf(sealed);
    if (id === null || known.holds(id)) return known;
    // What is sealed with a key that nobody has must not cost a request each time.
    if (clock.monotonicMs() - lookedAgainAtMs < LOOK_AGAIN_MS) return known;
    lookedAgainAtMs = clock.monotonicMs();
    return load();
  }

  return {
    seal: async (plain, context) => (await keyring()).seal(plain, ['sealed', context]),
    open: async (sealed, context) => (await keyringFor(sealed)).open(sealed, ['sealed', context]),
  };
}

const LOOK_AGAIN_MS = 5_000;
const FIRST = 'key1';

async function loadKeyring(terms: {
  versions: Pick<Versions, 'newest' | 'write'>;
  path: string;
}): Promise<Keyring> {
  const { versions, path } = terms;
  const { counter, current } = await versions.newest(path);
  if (current !== undefined) return keyringOf(current.fields, path);
  if (counter > 0) throw unusable(path, 'was removed');
  const key = randomBytes(KEY_BYTES);
  try {
    await versions.write(path, { current: FIRST, [FIRST]: key.toString('base64') }, 0);
  } catch (error) {
    if (!isBiotopeError(error, 'KEY_CONFLICT')) throw error;
  }
  // Of two who came first, one wins.
  const made = (await versions.newest(path)).current;
  if (made === undefined) throw unusable(path, 'was removed');
  return keyringOf(made.fields, path);
}

function keyringOf(fields: Record<string, string>, path: string): Keyring {
  const { current = '', ...keys } = fields;
  const first = keys[current];
  if (first === undefined) throw unusable(path, 'names no key as its current one');
  const former = Object.entries(keys).filter(([name]) => name !== current);
  const bytesOf = (text: string) => Buffer.from(text, 'base64');
  return createKeyring({
    current: bytesOf(first),
    former: former.map(([, text]) => bytesOf(text)),
  });
}

function unusable(path: string, why: string): BiotopeError {
  return new BiotopeError('SECRET_UNREADABLE', {
    message: `The keys for sealing in Vault (${path}) cannot be used: the secret ${why}.`,
    remedy: 'Restore it: without it nothing that was sealed can be opened.',
    facts: { path },
  });
}
