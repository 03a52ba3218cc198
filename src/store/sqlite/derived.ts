import { isDeepStrictEqual } from 'node:util';
import { dependencyKeys } from '../dependencies.ts';
import { readWholeRecord } from '../read-record.ts';
import { type SearchText, searchTextOf } from '../search-text.ts';
import type { Write } from '../store.ts';
import type { DependencyGraph } from './dependency-graph.ts';
import type { SearchIndex } from './search.ts';

/** What follows from a record besides itself. */
interface Derivation {
  text: SearchText;
  edges: readonly string[];
}

/** Undefined for a deletion, and for records that nothing is made from. */
export function derive(write: Write): Derivation | undefined {
  if (write.kind === 'delete') return undefined;
  switch (write.collection) {
    case 'resources':
      return { text: searchTextOf(write), edges: dependencyKeys(write.value) };
    case 'environments':
    case 'templates':
      return { text: searchTextOf(write), edges: [] };
    default:
      return undefined;
  }
}

/**
 * Keeps what is made from records, the full-text index and the dependency graph, true to them.
 * Most writes change a record's state only, and then neither is touched.
 */
export interface Derived {
  /** `before`: reads the record's JSON as it was; undefined where there was none. */
  follow(write: Write, now: Derivation | undefined, before: (() => string) | undefined): void;
}

export function createDerived(search: SearchIndex, graph: DependencyGraph): Derived {
  return {
    follow: (write, now, before) => {
      const { collection, key } = write;
      const isSearched =
        collection === 'environments' || collection === 'resources' || collection === 'templates';
      if (!isSearched) return;
      if (write.kind === 'delete' || now === undefined) {
        search.remove(collection, key);
        graph.replace(key, []);
        return;
      }
      const then = before === undefined ? undefined : deriveAsItWas(write, before());
      if (!isDeepStrictEqual(now.text, then?.text)) search.put(collection, key, now.text);
      if (!isDeepStrictEqual(now.edges, then?.edges ?? [])) graph.replace(key, now.edges);
    },
  };
}

/** Undefined where it cannot be read any more: then all is made anew. */
function deriveAsItWas(write: Write, written: string): Derivation | undefined {
  const value = readWholeRecord(write.collection, written);
  return value === undefined ? undefined : derive({ ...write, value } as Write);
}
