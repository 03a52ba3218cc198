import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { BiotopeError } from '../../model/errors.ts';

/**
 * AES-256-GCM. A sealed text is `biotope1.<key id>.<nonce, ciphertext and tag as base64url>`; all
 * before the last dot, and what the text is for, are bound to it. The nonce is random for each: up to
 * 2^32 texts may be sealed with one key.
 */
export interface Cipher {
  /** Tells keys apart; says nothing about the key. */
  keyId: string;
  seal(plain: Uint8Array, purpose: Purpose): string;
  /** Rejects with SECRET_UNREADABLE; neither the message nor a cause holds any of the content. */
  open(sealed: string, purpose: Purpose): Uint8Array;
}

/** A kind and its parts. Two purposes never have the same text, whatever their parts hold. */
export type Purpose = readonly [kind: 'secret' | 'sealed', ...parts: string[]];

const FORMAT = 'biotope1';
const SEALED = /^(?<header>(?<format>[a-z0-9]{1,20})\.(?<keyId>[0-9a-f]{16}))\.(?<payload>[\w-]+)$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const KEY_BYTES = 32;

export function createCipher(key: Uint8Array): Cipher {
  const keyId = createHash('sha256')
    .update('biotope key id ')
    .update(key)
    .digest('hex')
    .slice(0, 16);
  const ownHeader = `${FORMAT}.${keyId}`;
  return {
    keyId,
    seal: (plain, purpose) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(bound(ownHeader, purpose));
      const payload = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
      return `${ownHeader}.${Buffer.concat(payload).toString('base64url')}`;
    },
    open: (sealed, purpose) => {
      const { header, payload } = parseSealed(sealed, keyId);
      const tagAt = payload.length - TAG_BYTES;
      const decipher = createDecipheriv('aes-256-gcm', key, payload.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(bound(header, purpose));
      decipher.setAuthTag(payload.subarray(tagAt));
      try {
        return Buffer.concat([
          decipher.update(payload.subarray(NONCE_BYTES, tagAt)),
          decipher.final(),
        ]);
      } catch {
        throw unreadable('it was changed, or it was sealed for something else.');
      }
    },
  };
}

/** Of the key that a text was sealed with; null for what is no sealed text. */
export function keyIdOf(sealed: string): string | null {
  return SEALED.exec(sealed)?.groups?.keyId ?? null;
}

function bound(header: string, purpose: Purpose): Buffer {
  return Buffer.from(JSON.stringify([header, ...purpose]));
}

function parseSealed(sealed: string, keyId: string): { header: string; payload: Buffer } {
  const groups = SEALED.exec(sealed)?.groups;
  const payload = Buffer.from(groups?.payload ?? '', 'base64url');
  const isWhole = payload.length >= NONCE_BYTES + TAG_BYTES && isCanonical(groups?.payload ?? '');
  if (groups?.header === undefined || !isWhole) {
    throw unreadable('it is no sealed value, or only a part of one.');
  }
  if (groups.format !== FORMAT) {
    throw unreadable(`it has the format ${groups.format}, this program knows ${FORMAT}.`);
  }
  if (groups.keyId !== keyId) {
    throw unreadable(
      `it was sealed with the key ${groups.keyId}, this one is ${keyId}. Restore that key.`,
    );
  }
  return { header: groups.header, payload };
}

/** The last character may hold bits that mean nothing: a text that differs there was changed too. */
function isCanonical(payload: string): boolean {
  const tail = payload.slice(payload.length - (payload.length % 4 || 4));
  return Buffer.from(tail, 'base64url').toString('base64url') === tail;
}

function unreadable(why: string): BiotopeError {
  return new BiotopeError('SECRET_UNREADABLE', {
    message: `A sealed value cannot be opened: ${why}`,
  });
}
