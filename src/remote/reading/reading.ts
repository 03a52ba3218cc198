import type { CollectionName, Collections } from '../../store/records.ts';
import type { FindQuery, Stored } from '../../store/store.ts';

/** One collection, read through the API. */
export interface Reading<C extends CollectionName> {
  get(key: string): Promise<Stored<Collections[C]> | undefined>;
  find(query: FindQuery<C>): Promise<Stored<Collections[C]>[]>;
}

/** The API tells few revisions: nothing that is read here is ever written. */
export function stored<T>(value: T, revision = 0): Stored<T> {
  return { value, revision };
}

/** Of one field that may be asked for by one value or several. */
export function listOf(values: string | readonly string[] | undefined): readonly string[] {
  return values === undefined ? [] : [values].flat();
}

/** As part of a path. */
export function inPath(name: string): string {
  return encodeURIComponent(name);
}

/** `demo/db/server[0]` -> the environment's or run's name, and the address. */
export function splitKey(key: string): { first: string; address: string } | undefined {
  const at = key.indexOf('/');
  return at < 1 ? undefined : { first: key.slice(0, at), address: key.slice(at + 1) };
}
