import type { PlannedChange } from '../planned.ts';
import { leftovers } from './inspection.ts';
import { changesFor, type KeyChange, type Place } from './place.ts';
import { entriesOf, type KeyValueSpec } from './spec.ts';

const VALUE_CHARACTERS_MAX = 200;

/** Rejects like an apply would where a key belongs to somebody else. */
export function plannedChanges(spec: KeyValueSpec, places: readonly Place[]): PlannedChange[] {
  return places.flatMap((place) =>
    place.prefix === spec.prefix
      ? changesFor(place, entriesOf(spec)).map((change) => shown(spec, place, change))
      : leftovers(place, new Map()).map(({ subject }) => removal(subject)),
  );
}

function shown(spec: KeyValueSpec, place: Place, { key, value, change }: KeyChange): PlannedChange {
  if (value === undefined) return removal(change.key);
  const isSecret = Object.hasOwn(spec.secretEntries, key);
  const text = isSecret ? '(sensitive)' : JSON.stringify(value.slice(0, VALUE_CHARACTERS_MAX));
  const action = place.entries.has(key) ? 'update' : 'create';
  return { subject: change.key, action, lines: [`value = ${text}`] };
}

function removal(subject: string): PlannedChange {
  return { subject, action: 'delete', lines: [] };
}
