import type { EngineContext } from '../context.ts';
import { createSharedKey } from '../shared-key.ts';

/**
 * The key under which commands are fingerprinted: commands may carry secrets, and a plain digest
 * over a short one could be tried out by whoever reads the store.
 */
export function createFingerprintKey(context: Pick<EngineContext, 'secrets'>) {
  return createSharedKey(context, { path: 'biotope/intake', field: 'fingerprint-key' });
}
