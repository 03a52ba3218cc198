import type { KeyValue, KeyValueChange } from '../../keyvalue/keyvalue.ts';
import { isBiotopeError } from '../../model/errors.ts';
import type { Owner } from '../ownership.ts';
import { batchesOf, sendAlone } from './batches.ts';
import { changedMeanwhile, markerKey, markerText } from './marker.ts';
import { changesFor, type KeyChange, lookAt, type Place } from './place.ts';

/** How often a batch may meet a change of somebody else before it is given up. */
const LOOKS_MAX = 3;

export interface Wanted {
  prefix: string;
  recordedKeys: readonly string[];
  /** Null: nothing, the marker neither. */
  entries: ReadonlyMap<string, string> | null;
}

/**
 * Makes the resource's own keys below a prefix the wanted ones, in as few batches as possible.
 * What is right already is not written. Returns how many keys were written and removed. `look`: how
 * the place is seen; as it is, unless more of it is to become the resource's own.
 */
export async function bring(
  keyValue: KeyValue,
  wanted: Wanted,
  terms: { owner: Owner; signal: AbortSignal; look?: () => Promise<Place> },
): Promise<{ written: number; removed: number }> {
  const lookAgain = terms.look ?? (() => lookAt(keyValue, wanted, terms));
  for (let look = 1; ; look += 1) {
    const place = await lookAgain();
    const changes = changesFor(place, wanted.entries ?? new Map());
    try {
      await send(keyValue, { place, changes, wanted }, terms);
      const written = changes.filter(({ value }) => value !== undefined).length;
      return { written, removed: changes.length - written };
    } catch (error) {
      // Somebody was quicker: look again, so that a key that is not ours is named.
      if (!isBiotopeError(error, 'KEY_CONFLICT') || look === LOOKS_MAX) throw error;
    }
  }
}

interface Work {
  place: Place;
  changes: readonly KeyChange[];
  wanted: Wanted;
}

async function send(
  keyValue: KeyValue,
  { place, changes, wanted }: Work,
  { owner, signal }: { owner: Owner; signal: AbortSignal },
): Promise<void> {
  const { together, alone } = batchesOf(changes, markerBytesOf(place, changes, owner));
  // Keys that are gone without our doing are no longer ours.
  const owned = new Set([...place.owned].filter((key) => place.entries.has(key)));
  const marker = createMarkerWriter(keyValue, place, signal);
  for (const batch of together) {
    for (const { key, value } of batch) {
      if (value === undefined) owned.delete(key);
      else owned.add(key);
    }
    const isLast = batch === together.at(-1);
    const text =
      isLast && wanted.entries === null ? null : markerText({ ...owner, keys: [...owned] });
    const markerChange = await marker.changeTo(text);
    const all = [...markerChange, ...batch.map(({ change }) => change)];
    if (all.length > 0) await keyValue.apply(all, signal);
  }
  for (const item of alone) await sendAlone(keyValue, item, signal);
}

/** What the longest of the markers needs, with its key. */
function markerBytesOf(place: Place, changes: readonly KeyChange[], owner: Owner): number {
  const keys = new Set([...place.owned, ...changes.map(({ key }) => key)]);
  const text = markerText({ ...owner, keys: [...keys] });
  return markerKey(place.prefix).length + Buffer.byteLength(text);
}

function createMarkerWriter(keyValue: KeyValue, place: Place, signal: AbortSignal) {
  const key = markerKey(place.prefix);
  let written: string | undefined;
  return {
    changeTo: async (text: string | null): Promise<KeyValueChange[]> => {
      const isUntouched = written === undefined;
      const current = isUntouched ? place.marker : await keyValue.get(key, signal);
      if (!isUntouched && current?.value !== written) throw changedMeanwhile(key);
      const revision = current?.revision ?? 0;
      if (text === null) return revision === 0 ? [] : [{ kind: 'delete', key, revision }];
      if (current?.value === text) return [];
      written = text;
      return [{ kind: 'set', key, value: text, revision }];
    },
  };
}
