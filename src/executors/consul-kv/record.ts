import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { Prior } from '../executor.ts';

/** Every prefix below which something of the resource may be, with the keys it was known to have. */
export interface RecordedPlace {
  prefix: string;
  keys: string[];
}

const RECORD = z.object({
  places: z.array(z.object({ prefix: z.string(), keys: z.array(z.string()) })),
});

/**
 * The record's places, and the prefix of the last attempt, which may have ended before anything
 * was recorded.
 */
export function placesOf(prior: Prior | null): RecordedPlace[] {
  if (prior === null) return [];
  const read = RECORD.safeParse(prior.record);
  const places = read.success ? read.data.places : [];
  const { prefix } = prior.spec;
  if (typeof prefix !== 'string') return places;
  return withPlace(places, prefix);
}

export function withPlace(places: readonly RecordedPlace[], prefix: string): RecordedPlace[] {
  if (places.some((place) => place.prefix === prefix)) return [...places];
  return [...places, { prefix, keys: [] }];
}

export function keysAt(places: readonly RecordedPlace[], prefix: string): string[] {
  return places.find((place) => place.prefix === prefix)?.keys ?? [];
}

export function recordOf(places: readonly RecordedPlace[]): JsonObject {
  return { places: places.map(({ prefix, keys }) => ({ prefix, keys })) };
}
