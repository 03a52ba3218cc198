import { z } from 'zod';
import type { KeyValue } from '../../keyvalue/keyvalue.ts';
import type { JsonObject } from '../../model/json.ts';
import { someOf } from '../../model/some-of.ts';
import type { Adoption } from '../adoption.ts';
import {
  formerOwner,
  refusedAdoption,
  refuseLivingOwner,
  sentencesOf,
} from '../adoption-checks.ts';
import type { StepContext } from '../executor.ts';
import type { PlannedChange } from '../planned.ts';
import { readShape } from '../spec-shape.ts';
import { lookAt, type Place } from './place.ts';
import { plannedChanges } from './plan.ts';
import { keysAt, placesOf } from './record.ts';
import { entriesOf, type KeyValueSpec } from './spec.ts';

const HOW = z.strictObject({ from: formerOwner });

export function checkAdoption(_spec: JsonObject, how: JsonObject): string[] {
  return sentencesOf(readShape(HOW, how).problems);
}

export interface AdoptionTerms {
  spec: KeyValueSpec;
  context: StepContext;
  adoption: Adoption;
}

/**
 * The prefix as if the wanted keys that are there were the resource's own, and nothing else: keys of
 * which the template knows nothing are not touched. Throws where there is none of them, and where
 * they have an owner that lives.
 */
export async function takenPlace(
  keyValue: KeyValue,
  { spec, context, adoption }: AdoptionTerms,
): Promise<Place> {
  const { prefix } = spec;
  const { environment, identity, signal } = context;
  const recordedKeys = keysAt(placesOf(context.prior), prefix);
  const owner = { environment, address: identity };
  const place = await lookAt(keyValue, { prefix, recordedKeys }, { owner, signal });
  const { foreignOwner } = place;
  if (foreignOwner !== null) {
    const { from } = HOW.parse(adoption.how);
    const what = `The prefix ${prefix}`;
    await refuseLivingOwner(adoption, { what, from, owner: foreignOwner });
  }
  const found = [...entriesOf(spec).keys()].filter((key) => place.entries.has(key));
  const isBegun = place.marker !== undefined && foreignOwner === null;
  if (found.length === 0 && !isBegun) {
    throw refusedAdoption(
      `Below the prefix ${prefix} there is none of the template's keys. Name the prefix where they ` +
        'are, or give the adoption up to make them: "environment adopt NAME --create RESOURCE".',
      { prefix },
    );
  }
  return { ...place, owned: new Set(found), foreignOwner: null };
}

const KEYS_TOLD_MAX = 20;

/** What an adoption does to the keys, without values: some are secrets. */
export function toldAbout(spec: KeyValueSpec, place: Place): string[] {
  const wanted = entriesOf(spec);
  const changed = [...place.owned].filter(
    (key) => place.entries.get(key)?.value !== wanted.get(key),
  );
  const made = [...wanted.keys()].filter((key) => !place.entries.has(key));
  const others = [...place.entries.keys()].filter((key) => !wanted.has(key));
  const told = (what: string, keys: string[]) =>
    keys.length === 0 ? [] : [`${place.prefix}: ${what} ${someOf(keys.toSorted(), KEYS_TOLD_MAX)}`];
  return [
    ...told('adopted', [...place.owned]),
    ...told('changed to what the template says', changed),
    ...told('not there yet and made', made),
    ...told('left alone', others),
  ];
}

export async function plannedAdoption(
  keyValue: KeyValue,
  terms: AdoptionTerms,
): Promise<PlannedChange[]> {
  const place = await takenPlace(keyValue, terms);
  const lines = toldAbout(terms.spec, place);
  return [
    { subject: place.prefix, action: 'adopt', lines },
    ...plannedChanges(terms.spec, [place]),
  ];
}
