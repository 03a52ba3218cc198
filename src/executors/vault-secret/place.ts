import type { SecretFields, Secrets, SecretVersion } from '../../secrets/secrets.ts';
import type { StepContext } from '../executor.ts';
import { foreignSecret, isOwn, type Marker, type Owner, readMarker } from './marker.ts';
import { type RecordedSecret, secretAt } from './record.ts';
import { isReserved, MARKER } from './spec.ts';

/** A path and what stands there now. */
export interface Place {
  path: string;
  current: SecretVersion | undefined;
  marker: Marker | undefined;
  isOwn: boolean;
}

/** The resource's own is what its marker says, or what grew from a version that its record names. */
export async function lookAt(
  secrets: Secrets,
  path: string,
  { recorded, context }: { recorded: readonly RecordedSecret[]; context: StepContext },
): Promise<Place> {
  const current = await secrets.read(path, undefined, context.signal);
  if (current === undefined) return { path, current, marker: undefined, isOwn: false };
  const marker = readMarker(current.fields);
  const { version = 0, kept = [] } = secretAt(recorded, path) ?? {};
  const isRecorded = version > 0 && version <= current.version && kept.length === 0;
  const isGrown = marker === undefined && isRecorded && !isReserved(path);
  const own = isOwn(marker, context) || isGrown;
  return { path, current, marker: own ? marker : undefined, isOwn: own };
}

/** Throws KEY_CONFLICT where something of somebody else stands. */
export function refuseForeign({ path, current, isOwn: own }: Place, asker: Owner): void {
  if (current !== undefined && !own) throw foreignSecret({ path, ...current }, asker);
}

export function fieldAt({ current }: Place, field: string): string | undefined {
  if (current === undefined || !Object.hasOwn(current.fields, field)) return undefined;
  return current.fields[field];
}

/** What is none of ours: it was there before the secret was adopted. */
export function keptFields(place: Place): SecretFields {
  const kept = (place.marker?.kept ?? []).flatMap((field) => {
    const value = fieldAt(place, field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(kept);
}

/** Names of the fields, the marker left out. */
export function fieldNames({ current }: Place): string[] {
  return Object.keys(current?.fields ?? {}).filter((field) => field !== MARKER);
}
