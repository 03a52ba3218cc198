import type { Difference, Finding } from '../../model/drift.ts';
import type { Place } from './place.ts';

/** How what is there differs from what is wanted. Values are never shown: some are secrets. */
export function differencesAt(place: Place, wanted: ReadonlyMap<string, string>): Difference[] {
  const differences: Difference[] = [];
  for (const [key, value] of wanted) {
    const subject = `${place.prefix}/${key}`;
    const entry = place.entries.get(key);
    const at = { subject, path: key };
    if (entry === undefined) differences.push({ ...at, kind: 'missing', detail: 'is not there' });
    else if (!place.owned.has(key)) {
      differences.push({ ...at, kind: 'changed', detail: 'belongs to somebody else' });
    } else if (entry.value !== value) {
      differences.push({ ...at, kind: 'changed', detail: 'has another value' });
    }
  }
  return [...differences, ...leftovers(place, wanted)];
}

/** The resource's own keys that are not wanted (any more). */
export function leftovers(place: Place, wanted: ReadonlyMap<string, string>): Difference[] {
  return ownKeys(place)
    .filter((key) => !wanted.has(key))
    .map((key) => ({
      subject: `${place.prefix}/${key}`,
      path: key,
      kind: 'extra',
      detail: 'is still there',
    }));
}

export function findingOf(places: readonly Place[], differences: readonly Difference[]): Finding {
  const isNothingThere = places.every((place) => !hasMarker(place) && ownKeys(place).length === 0);
  if (isNothingThere) return 'absent';
  return differences.length === 0 ? 'present' : 'partial';
}

function ownKeys({ owned, entries }: Place): string[] {
  return [...owned].filter((key) => entries.has(key));
}

function hasMarker({ marker, foreignOwner }: Place): boolean {
  return marker !== undefined && foreignOwner === null;
}
