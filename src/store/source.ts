import { dependencyKeys } from './dependencies.ts';
import { readWholeRecord } from './read-record.ts';
import type { CollectionName } from './records.ts';
import { searchedFields } from './search-text.ts';
import type { Write } from './store.ts';

/** What something is made from besides the record itself, as JSON: of the same, the same is made. */
export interface Source {
  /** The fields that can be searched. */
  text: string;
  /** Keys of what it needs. */
  edges: string;
}

export const NO_EDGES = '[]';

/** Undefined for a deletion, and for records that nothing is made from. */
export function sourceOf(write: Write): Source | undefined {
  if (write.kind === 'delete') return undefined;
  switch (write.collection) {
    case 'resources': {
      const edges = JSON.stringify(dependencyKeys(write.value));
      return { text: JSON.stringify(searchedFields(write)), edges };
    }
    case 'environments':
    case 'templates':
      return { text: JSON.stringify(searchedFields(write)), edges: NO_EDGES };
    default:
      return undefined;
  }
}

/** Of what was there before. Undefined where it cannot be read any more: then all is made anew. */
export function sourceOfWritten(
  collection: CollectionName,
  key: string,
  written: string,
): Source | undefined {
  const value = readWholeRecord(collection, written);
  return value === undefined
    ? undefined
    : sourceOf({ kind: 'put', collection, key, value } as Write);
}
