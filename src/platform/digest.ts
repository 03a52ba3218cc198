import { createHmac, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../model/json.ts';

/** `sha256:<hex>` over bytes or UTF-8 text. */
export function digest(content: string | Uint8Array): string {
  return `sha256:${hexDigest(content)}`;
}

/** The digits alone. */
export function hexDigest(content: string | Uint8Array): string {
  return hash('sha256', content);
}

/** One digest for equal values, whatever the order of their keys. */
export function digestJson(value: JsonValue): string {
  return digest(canonicalJson(value));
}

export interface FileDigest {
  path: string;
  executable: boolean;
  /** Of the content. */
  digest: string;
}

/** One digest for equal trees of files, in whatever order they were found. */
export function digestFiles(files: readonly FileDigest[]): string {
  const sorted = files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  return digestJson(
    sorted.map(({ path, executable, digest: own }) => ({ path, executable, digest: own })),
  );
}

/** Made once from its text: that takes longer than a digest. */
export type DigestKey = KeyObject;

export function digestKey(text: string): DigestKey {
  return createSecretKey(text, 'utf8');
}

/** Like digestJson, but nobody without the key can try out which value it was made from. */
export function keyedDigestJson(key: DigestKey, value: JsonValue): string {
  return `hmac-sha256:${createHmac('sha256', key).update(canonicalJson(value)).digest('hex')}`;
}

/** The text of a new key for keyedDigestJson. */
export function newDigestKey(): string {
  return randomBytes(32).toString('hex');
}
