import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** An RSA key whose OpenPGP signatures are believed. */
export interface ReleaseKey {
  fingerprint: string;
  publicKey: KeyObject;
}

/**
 * The subkey with which HashiCorp signs its releases, of the key C874011F0AB405110D02105534365D9472D7468F
 * that https://www.hashicorp.com/security names; as it stands in that key: an OpenPGP key packet.
 */
const FINGERPRINT = '374EC75B485913604A831CC7C820C6D5CD27AB87';
const PACKET = `
BGCAXCYBEADW6RNrZVGNXvHVBqSiOWaxl1XOiEoiHPt50Aijt25yXbG+0kHIFSoR+1g6Lh20JTCChgfQkGGjzQvE
uG1HTw07YhsvLc0pkjNMfu6gJqFox/ogc53mz69OxXauzUQ/TZ27GDVpUBu+EhDKt1s3OtA6Bjz/csop/Um7gT0+
ivHyvJ/jGdnPEZv8tNuSE/Uo+hn/Q9hg8SbveZzo3C+U4KcabCESEFl8Gq6aRi9vAfa65oxD5jKaIz7cy+pwb0li
zqlW7H9tQlr3dBfdIcdzgR55hTFC5/XrcwJ6/nHVH/xGskEasnfCQX8RYKMuy0UADJy72TkZbYaCx+XXIcVB8GTO
mJVoAhrTSSVLAZspfCnjwnSxisDn3ZzsYrq3cV6sU8b+QlIX7VAjurE+5cZiVlaxgCjyhKqlGgmonnReWOBacCgL
/UvuwMmMp5TTLmiLXLT7uxeGojEyoCk4sMrqrU1jevHyGlDJH9Taux15GILDwnYFfAvPF9WCid4UZ4Ouwjcaxfys
3LxNiZIlUsXNKwS3mhiMRL4TRsbs4k4QE+LIMOsauIvcvm8/frydvQ/kUwIhVTH80XGOH909bYtJvY3fudK7ShIw
m7ZFTduBJUG473E/Fn3VkhTmBX6+PjOC50HR/HybwaRCzfDruMe3TAcE/tSP5CUOb9C7+P+hPzQcDwARAQAB

`;

export function hashicorpKey(): ReleaseKey {
  const key = readKeyPacket(Buffer.from(PACKET, 'base64'));
  if (key.fingerprint === FINGERPRINT) return key;
  throw new Error(`the release key has the fingerprint ${key.fingerprint}`);
}

const VERSION = 4;
const RSA = 1;
/** Version, time of creation, algorithm. */
const HEAD_BYTES = 6;

/**
 * The body of an OpenPGP public key packet (RFC 9580, 5.5.2) of version 4 with an RSA key.
 *
 * @internal Exported for its tests.
 */
export function readKeyPacket(body: Buffer): ReleaseKey {
  if (body[0] !== VERSION || body[HEAD_BYTES - 1] !== RSA) {
    throw new Error('the release key is no RSA key of version 4');
  }
  const modulus = readNumber(body, HEAD_BYTES);
  const exponent = readNumber(body, modulus.end);
  const jwk = { kty: 'RSA', n: base64url(modulus.bytes), e: base64url(exponent.bytes) };
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  const fingerprint = createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
  return { fingerprint, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
}

/** A number as OpenPGP writes it: its length in bits, then its bytes. Throws where it is cut off. */
export function readNumber(bytes: Buffer, at: number): { bytes: Buffer; end: number } {
  const begin = at + 2;
  const end = begin + Math.ceil(bytes.readUInt16BE(at) / 8);
  if (end > bytes.length) throw new RangeError('the number is cut off');
  return { bytes: bytes.subarray(begin, end), end };
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}
