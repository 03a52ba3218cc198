import {
  type KeyValue,
  type KeyValueChange,
  type KeyValueEntry,
  VALUE_BYTES_MAX,
} from '../../keyvalue/keyvalue.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { Owner } from '../ownership.ts';
import { foreignKey, foreignPrefix, isOwn, markerKey, readMarker } from './marker.ts';

/** A prefix with what is below it now and which of its keys are the resource's own. */
export interface Place {
  prefix: string;
  /** By key relative to the prefix; the marker is not among them. */
  entries: Map<string, KeyValueEntry>;
  marker: KeyValueEntry | undefined;
  /** Relative keys. */
  owned: Set<string>;
  /** Somebody else's: nothing here may be touched. */
  foreignOwner: Owner | null;
  /** The resource that looks. */
  asker: Owner;
}

/** `recordedKeys`: what the record names, for the case that somebody removed the marker. */
export async function lookAt(
  keyValue: KeyValue,
  { prefix, recordedKeys }: { prefix: string; recordedKeys: readonly string[] },
  { owner, signal }: { owner: Owner; signal: AbortSignal },
): Promise<Place> {
  const found = await keyValue.list(prefix, signal);
  const marked = found.find(({ key }) => key === markerKey(prefix));
  const marker = readMarker(marked);
  const others = found.filter((entry) => entry !== marked);
  const isForeign = marker !== undefined && !isOwn(marker, owner);
  return {
    prefix,
    entries: new Map(others.map((entry) => [entry.key.slice(prefix.length + 1), entry])),
    marker: marked,
    owned: new Set(isForeign ? [] : (marker?.keys ?? recordedKeys)),
    foreignOwner: isForeign ? marker : null,
    asker: owner,
  };
}

export interface KeyChange {
  /** Relative to the prefix. */
  key: string;
  /** Undefined: it is to be removed. */
  value: string | undefined;
  change: KeyValueChange;
}

/**
 * What has to be done so that the resource's own keys are the wanted ones. Throws KEY_CONFLICT
 * before anything is changed, and LIMIT_EXCEEDED for a value that is too long.
 */
export function changesFor(place: Place, wanted: ReadonlyMap<string, string>): KeyChange[] {
  const { prefix, foreignOwner, asker } = place;
  if (foreignOwner !== null) throw foreignPrefix(prefix, foreignOwner, asker);
  const changes: KeyChange[] = [];
  for (const [key, value] of wanted) {
    const entry = place.entries.get(key);
    if (entry !== undefined && !place.owned.has(key)) throw foreignKey(entry.key, asker);
    if (entry?.value === value) continue;
    const full = fullKey(place, key);
    checkValue(full, value);
    const change = { kind: 'set', key: full, value, revision: entry?.revision ?? 0 } as const;
    changes.push({ key, value, change });
  }
  for (const key of place.owned) {
    const entry = place.entries.get(key);
    if (wanted.has(key) || entry === undefined) continue;
    const change = { kind: 'delete', key: entry.key, revision: entry.revision } as const;
    changes.push({ key, value: undefined, change });
  }
  return changes;
}

function fullKey({ prefix }: Place, key: string): string {
  return `${prefix}/${key}`;
}

function checkValue(key: string, value: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes <= VALUE_BYTES_MAX) return;
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message: `The value of ${key} has ${bytes} bytes, at most ${VALUE_BYTES_MAX} are allowed.`,
    facts: { key, bytes, bytesMax: VALUE_BYTES_MAX },
  });
}
