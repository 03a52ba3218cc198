import type { Difference } from '../../model/drift.ts';
import { isJsonObject, type JsonValue, sameJson } from '../../model/json.ts';
import type { Redactor } from '../../platform/redactor.ts';
import { actionOf, isMarked, own, parsePlan, type ResourceChange } from './planned-changes.ts';
import { shortAddress } from './stream.ts';

const VALUE_CHARACTERS_MAX = 120;

/**
 * What `terraform show -json` says of a plan that was made of an unchanged configuration: how what is
 * there differs from it, attribute by attribute and without secrets. What changed outside and is
 * nothing that the configuration asks for is no difference: an apply would leave it so.
 */
export function readDifferences(
  text: string,
  { redact, program }: { redact: Redactor['redact']; program: string },
): Difference[] {
  const { resources, drift, clean } = parsePlan(text, redact);
  const gone = new Set(
    drift.filter(({ change }) => actionOf(change) === 'delete').map(({ address }) => address),
  );
  return resources.flatMap((resource): Difference[] => {
    const subject = clean(shortAddress(resource.address));
    switch (actionOf(resource.change)) {
      case 'create': {
        const isGone = gone.has(resource.address);
        const detail = isGone ? `was removed outside of ${program}` : 'is not there';
        return [{ subject, kind: 'missing', detail }];
      }
      case 'delete':
        return [{ subject, kind: 'extra', detail: 'is still there' }];
      case 'update':
        return changedIn(resource, { subject, clean, note: '' });
      case 'replace':
        return changedIn(resource, { subject, clean, note: `; ${program} would replace it` });
      default:
        return [];
    }
  });
}

interface Telling {
  subject: string;
  note: string;
  clean: Redactor['redact'];
}

function changedIn({ change }: ResourceChange, telling: Telling): Difference[] {
  const { subject, note } = telling;
  const before = change.before ?? {};
  const after = change.after ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const found = names.flatMap((name): Difference[] => {
    // What is known only after an apply follows from another difference.
    if (isMarked(change.after_unknown, name)) return [];
    const isSensitive =
      isMarked(change.before_sensitive, name) || isMarked(change.after_sensitive, name);
    const values = { is: own(before, name), wanted: own(after, name) };
    if (sameJson(values.is, values.wanted)) return [];
    const place = `${subject}.${name}`;
    if (!isSensitive) return differencesAt(place, values, telling);
    return [{ subject: place, kind: 'changed', detail: `(sensitive)${note}` }];
  });
  if (found.length > 0) return found;
  return [{ subject, kind: 'changed', detail: `is not what it was made${note}` }];
}

/** Maps, such as tags, key by key. */
function differencesAt(
  place: string,
  { is, wanted }: { is: JsonValue; wanted: JsonValue },
  telling: Telling,
): Difference[] {
  if (isJsonObject(is) && isJsonObject(wanted)) {
    const keys = [...new Set([...Object.keys(is), ...Object.keys(wanted)])].sort();
    return keys.flatMap((key) => {
      const values = { is: own(is, key), wanted: own(wanted, key) };
      if (sameJson(values.is, values.wanted)) return [];
      return differencesAt(`${place}.${key}`, values, telling);
    });
  }
  const { clean, note } = telling;
  // Cut after the redaction: a part of a secret would not be known as one.
  const shown = (value: JsonValue) => clean(JSON.stringify(value)).slice(0, VALUE_CHARACTERS_MAX);
  const detail = `${shown(is)} -> ${shown(wanted)}${note}`;
  return [{ subject: clean(place), kind: 'changed', detail }];
}
