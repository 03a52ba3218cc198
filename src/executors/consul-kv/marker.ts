import { z } from 'zod';
import type { KeyValueEntry } from '../../keyvalue/keyvalue.ts';
import type { Address } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import { canonicalJson } from '../../model/json.ts';
import { belongsToAnother, madeByAnother, type Owner } from '../ownership.ts';
import { MARKER } from './spec.ts';

/**
 * Ownership. Below every prefix one entry names the resource and exactly the keys that are its own.
 * It is written in the same batch as the keys it speaks of: so after a crash at any moment it tells
 * which keys an earlier attempt made, and no key of somebody else is ever overwritten or removed.
 */
export interface Marker {
  environment: string;
  /** The resource's identity. */
  address: Address;
  /** Below the prefix, sorted. */
  keys: string[];
}

const MARKER_SHAPE = z.object({
  environment: z.string(),
  address: z.string(),
  keys: z.array(z.string()),
});

export function markerKey(prefix: string): string {
  return `${prefix}/${MARKER}`;
}

/** Undefined: there is none. Rejects one that nobody can read, because it may be anybody's. */
export function readMarker(entry: KeyValueEntry | undefined): Marker | undefined {
  if (entry === undefined) return undefined;
  try {
    return MARKER_SHAPE.parse(JSON.parse(entry.value));
  } catch (cause) {
    throw new BiotopeError('KEY_CONFLICT', {
      message:
        `The entry ${entry.key} says whose the keys beside it are, but it cannot be read. ` +
        'Look who changed it; remove it if nothing else uses this prefix.',
      facts: { key: entry.key },
      cause,
    });
  }
}

export function isOwn(marker: Marker, owner: Owner): boolean {
  return marker.environment === owner.environment && marker.address === owner.address;
}

/** Together with what else goes into a batch it stays below the batch's own bound. */
const MARKER_BYTES_MAX = 256 * 1024;

/** Throws LIMIT_EXCEEDED: the list of keys has to fit into one entry, beside others. */
export function markerText(marker: Marker): string {
  const text = canonicalJson({ ...marker, keys: [...marker.keys].sort() });
  if (Buffer.byteLength(text) <= MARKER_BYTES_MAX) return text;
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `${marker.keys.length} entries are more than one resource can keep below a prefix. ` +
      'Divide them between several resources, each with a prefix of its own.',
  });
}

export function foreignPrefix(prefix: string, owner: Owner, asker: Owner): BiotopeError {
  const what = `The prefix ${prefix}`;
  return belongsToAnother(owner, { what, other: 'another prefix', asker, facts: { prefix } });
}

export function foreignKey(key: string, asker: Owner): BiotopeError {
  const what = `The key ${key}`;
  return madeByAnother({ what, other: 'another prefix or key', asker, facts: { key } });
}

/** A key, the marker or another one, is not as this attempt left it. */
export function changedMeanwhile(key: string): BiotopeError {
  return new BiotopeError('KEY_CONFLICT', {
    message: `The entry ${key} was changed by somebody else while keys beside it were written.`,
    facts: { key },
  });
}
