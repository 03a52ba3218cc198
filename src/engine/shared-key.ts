import { isBiotopeError } from '../model/errors.ts';
import { type DigestKey, digestKey, newDigestKey } from '../platform/digest.ts';
import type { Secrets } from '../secrets/secrets.ts';

/** Where a key of ours lies among the secrets. */
interface KeyPlace {
  path: string;
  field: string;
}

/**
 * A key that all who drive one store share: made once by whoever needs it first, kept in the secrets,
 * and remembered by this process.
 */
export function createSharedKey(
  { secrets }: { secrets: Secrets },
  { path, field }: KeyPlace,
): () => Promise<DigestKey> {
  let known: Promise<DigestKey> | undefined;

  async function readOrMake(): Promise<DigestKey> {
    const stored = await secrets.read(path);
    const key = stored?.fields[field];
    if (key !== undefined) return digestKey(key);
    const made = newDigestKey();
    try {
      await secrets.write(path, { [field]: made }, 0);
      return digestKey(made);
    } catch (error) {
      if (isBiotopeError(error, 'KEY_CONFLICT')) return readOrMake();
      throw error;
    }
  }

  return () => {
    known ??= readOrMake().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
