import { constants as crypto, verify } from 'node:crypto';
import { type ReleaseKey, readNumber } from './release-key.ts';

const SIGNATURE_TAG = 2;
const VERSION = 4;
const OVER_BYTES = 0x00;
const RSA = 1;
const HASHES = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
]);
/** Version, type, algorithm, hash, and the length of what follows. */
const HEAD_BYTES = 6;
const PACKETS_MAX = 20;

/**
 * Whether one of the OpenPGP signatures (RFC 9580, 5.2, version 4, not armoured) over these bytes was
 * made with one of the keys. Whatever else stands there, or is cut off, is no signature.
 */
export function isSignedBy(
  keys: readonly ReleaseKey[],
  content: Uint8Array,
  signatures: Buffer,
): boolean {
  try {
    return packetsOf(signatures).some((packet) => isMadeBy(keys, content, packet));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isMadeBy(keys: readonly ReleaseKey[], content: Uint8Array, body: Buffer): boolean {
  const [version, type, algorithm, hashNumber] = body;
  const hash = HASHES.get(hashNumber ?? 0);
  if (version !== VERSION || type !== OVER_BYTES || algorithm !== RSA) return false;
  if (hash === undefined) return false;
  const signedEnd = HEAD_BYTES + body.readUInt16BE(HEAD_BYTES - 2);
  const unsignedEnd = signedEnd + 2 + body.readUInt16BE(signedEnd);
  // After the first two bytes of the digest, which only help to see quickly that it cannot fit.
  const { bytes: number } = readNumber(body, unsignedEnd + 2);
  const trailer = Buffer.from([VERSION, 0xff, 0, 0, 0, 0]);
  trailer.writeUInt32BE(signedEnd, 2);
  const signed = Buffer.concat([content, body.subarray(0, signedEnd), trailer]);
  return keys.some(({ publicKey }) => {
    const sizeBytes = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    if (number.length > sizeBytes) return false;
    const padded = Buffer.concat([Buffer.alloc(sizeBytes - number.length), number]);
    return verify(hash, signed, { key: publicKey, padding: crypto.RSA_PKCS1_PADDING }, padded);
  });
}

/** Bodies of the signature packets. Throws a RangeError where one is cut off. */
function packetsOf(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  for (let count = 0; at < bytes.length && count < PACKETS_MAX; count += 1) {
    const { tag, begin, end } = packetAt(bytes, at);
    if (end > bytes.length) throw new RangeError('the packet is cut off');
    if (tag === SIGNATURE_TAG) found.push(bytes.subarray(begin, end));
    at = end;
  }
  return found;
}

interface Packet {
  tag: number;
  begin: number;
  end: number;
}

/** Its head, in the older or the newer way to write one (RFC 9580, 4.2). */
function packetAt(bytes: Buffer, at: number): Packet {
  const first = bytes.readUInt8(at);
  const isNewer = (first & 0x40) !== 0;
  const { headBytes, lengthBytes } = isNewer
    ? newerLength(bytes, at + 1)
    : olderLength(bytes, at + 1, first & 0x03);
  const begin = at + 1 + headBytes;
  return { tag: isNewer ? first & 0x3f : (first >> 2) & 0x0f, begin, end: begin + lengthBytes };
}

interface Length {
  headBytes: number;
  lengthBytes: number;
}

function newerLength(bytes: Buffer, at: number): Length {
  const first = bytes.readUInt8(at);
  if (first < 192) return { headBytes: 1, lengthBytes: first };
  if (first < 224) {
    return { headBytes: 2, lengthBytes: ((first - 192) << 8) + bytes.readUInt8(at + 1) + 192 };
  }
  if (first === 255) return { headBytes: 5, lengthBytes: bytes.readUInt32BE(at + 1) };
  throw new RangeError('a packet in parts is no signature');
}

function olderLength(bytes: Buffer, at: number, kind: number): Length {
  if (kind === 0) return { headBytes: 1, lengthBytes: bytes.readUInt8(at) };
  if (kind === 1) return { headBytes: 2, lengthBytes: bytes.readUInt16BE(at) };
  if (kind === 2) return { headBytes: 4, lengthBytes: bytes.readUInt32BE(at) };
  throw new RangeError('a packet without a length is no signature');
}
