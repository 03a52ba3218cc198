import { randomFillSync } from 'node:crypto';

/** New identifiers: unique, and later ones sort after earlier ones (UUID version 7, RFC 9562). */
export type Ids = () => string;

const BYTES_PER_ID = 16;

/** To ask for random bytes costs more than the bytes do. */
const IDS_PER_DRAW = 128;

/** The counter behind the time begins low enough to count on within a millisecond. */
const COUNTER_BITS = 31;

export const systemIds: Ids = createIds(Date.now);

/** @internal */
export function createIds(nowMs: () => number): Ids {
  const pool = new Uint8Array(BYTES_PER_ID * IDS_PER_DRAW);
  const words = new DataView(pool.buffer);
  let used = pool.length;
  let msecs = 0;
  let seq = 0;

  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const random = pool.subarray(used, used + BYTES_PER_ID);
    const now = nowMs();
    // A clock that stands or goes back is counted on; what overflows borrows a millisecond.
    if (now > msecs || seq === 2 ** 32 - 1) {
      msecs = Math.max(now, msecs + 1);
      seq = words.getUint32(used + 6) >>> (32 - COUNTER_BITS);
    } else seq += 1;
    used += BYTES_PER_ID;
    return text(random, msecs, seq);
  };
}

/** Fields as RFC 9562 numbers them: 48 bits of time, the version, 32 of the counter, the variant. */
function text(random: Uint8Array, msecs: number, seq: number): string {
  const time = msecs.toString(16).padStart(12, '0');
  const version = 0x7000 + (seq >>> 20);
  const variant = 0x8000 + ((seq >>> 6) & 0x3fff);
  const bytes = Buffer.from(random.buffer, random.byteOffset + 10, 6);
  bytes[0] = ((seq & 0x3f) << 2) + ((bytes[0] ?? 0) & 0x03);
  const [first, second] = [time.slice(0, 8), time.slice(8)];
  return `${first}-${second}-${version.toString(16)}-${variant.toString(16)}-${bytes.toString('hex')}`;
}

/** A number in [0, 1). */
export type Random = () => number;

export const systemRandom: Random = Math.random;
