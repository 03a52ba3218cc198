import type { FetchImplementation } from 'jose';
import type { Clock } from '../../platform/clock.ts';

const KEYS_BYTES_MAX = 1024 * 1024;
const RESTED_MS = 2_000;

/**
 * Asks for an issuer's keys: bounded, and after a failure not again for a moment, however many tokens
 * come meanwhile.
 */
export function createKeyFetch(clock: Clock): FetchImplementation {
  let failedAtMs = Number.NEGATIVE_INFINITY;
  return async (url, options) => {
    if (clock.nowMs() - failedAtMs < RESTED_MS)
      throw new Error('the keys could not be had just now');
    try {
      const response = await fetch(url, options);
      const body = await readBounded(response);
      if (response.status !== 200)
        throw new Error(`the keys were answered with ${response.status}`);
      return new Response(body, { status: 200 });
    } catch (error) {
      failedAtMs = clock.nowMs();
      throw error;
    }
  };
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > KEYS_BYTES_MAX) throw new Error(`the keys are more than ${KEYS_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
