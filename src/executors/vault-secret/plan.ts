import type { PlannedChange } from '../planned.ts';
import { isGeneratedBy, wantedFields } from './fields.ts';
import type { Owner } from './marker.ts';
import { fieldAt, fieldNames, type Place, refuseForeign } from './place.ts';
import type { SecretSpec } from './spec.ts';

/** Rejects like an apply would where the path belongs to somebody else. */
export function plannedChanges(
  spec: SecretSpec,
  places: readonly Place[],
  owner: Owner,
): PlannedChange[] {
  return places.flatMap((place): PlannedChange[] => {
    if (place.path !== spec.path) {
      return place.isOwn ? [{ subject: place.path, action: 'delete', lines: [] }] : [];
    }
    refuseForeign(place, owner);
    const lines = fieldLines(spec, place);
    if (lines.length === 0) return [];
    const action = place.current === undefined ? 'create' : 'update';
    return [{ subject: place.path, action, lines }];
  });
}

function fieldLines(spec: SecretSpec, place: Place): string[] {
  const { values, rules } = wantedFields(spec);
  const wanted = [...Object.keys(values), ...Object.keys(rules)];
  return [
    ...Object.entries(values)
      .filter(([field, value]) => fieldAt(place, field) !== value)
      .map(([field]) => `${field} = (sensitive)`),
    ...Object.entries(rules)
      .filter(([field, rule]) => !isGeneratedBy(place, field, rule))
      .map(([field, rule]) => `${field} = (sensitive, ${rule.length} characters, generated)`),
    ...fieldNames(place)
      .filter((field) => !wanted.includes(field) && place.marker?.kept.includes(field) !== true)
      .map((field) => `${field} is removed`),
  ];
}
