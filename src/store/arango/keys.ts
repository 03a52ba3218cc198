import { hash } from 'node:crypto';

/**
 * A record's key as that of its document: 1 to 254 of a few characters, in which ours, with their slashes
 * and brackets, have no place. No two are the same: what is not a letter or digit is written as `=2F`,
 * and what becomes too long ends in `*` and its digest.
 */
export function documentKey(key: string): string {
  const written = encodeURIComponent(key.toWellFormed())
    .replace(/[!~*'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%', '=');
  if (written.length > 0 && written.length <= KEY_LENGTH_MAX) return written;
  return `${written.slice(0, BEGINNING_LENGTH)}*${hash('sha256', key.toWellFormed())}`;
}

const KEY_LENGTH_MAX = 254;
const BEGINNING_LENGTH = 150;

/**
 * Sorts as the key does by its bytes in UTF-8, whatever language the server was set up for: three digits
 * for each byte.
 */
export function orderOf(key: string): string {
  let order = '';
  for (const byte of Buffer.from(key)) order += String(byte).padStart(3, '0');
  return order;
}

const EXTERNAL = /^external:/;

/** The id of a node of the dependency graph. */
export function vertexId(key: string): string {
  return `${EXTERNAL.test(key) ? 'external_resources' : 'resources'}/${documentKey(key)}`;
}

/** The one key that an edge between these two can have. */
export function edgeKey(from: string, to: string): string {
  return hash('sha256', JSON.stringify([from, to]));
}

/** One chunk of a log has one key, however often it is told. */
export function chunkKey(parts: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts));
}
