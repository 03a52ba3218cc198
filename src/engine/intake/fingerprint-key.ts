import { isBiotopeError } from '../../model/errors.ts';
import { type DigestKey, digestKey, newDigestKey } from '../../platform/digest.ts';
import type { EngineContext } from '../context.ts';

const PATH = 'biotope/intake';
const FIELD = 'fingerprint-key';

/**
 * The key under which commands are fingerprinted: commands may carry secrets, and a plain digest
 * over a short one could be tried out by whoever reads the store. Made once, kept in the secrets.
 */
export function createFingerprintKey({ secrets }: Pick<EngineContext, 'secrets'>) {
  let known: Promise<DigestKey> | undefined;

  async function readOrMake(): Promise<DigestKey> {
    const stored = await secrets.read(PATH);
    const key = stored?.fields[FIELD];
    if (key !== undefined) return digestKey(key);
    const made = newDigestKey();
    try {
      await secrets.write(PATH, { [FIELD]: made }, 0);
      return digestKey(made);
    } catch (error) {
      if (isBiotopeError(error, 'KEY_CONFLICT')) return readOrMake();
      throw error;
    }
  }

  return (): Promise<DigestKey> => {
    known ??= readOrMake().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
