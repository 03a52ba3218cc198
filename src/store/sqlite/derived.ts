import { NO_EDGES, type Source } from '../source.ts';
import type { Write } from '../store.ts';
import type { DependencyGraph } from './dependency-graph.ts';
import type { Indexing } from './indexing.ts';

/**
 * Keeps what is made from records, the full-text index and the dependency graph, true to them.
 * Most writes change a record's state only, and then neither is touched.
 */
export interface Derived {
  /** `then`: of the record as it was; undefined where there was none. */
  follow(
    write: Pick<Write, 'collection' | 'key'>,
    now: Source | undefined,
    then: () => Source | undefined,
  ): void;
}

export function createDerived(indexing: Indexing, graph: DependencyGraph): Derived {
  return {
    follow: (write, now, then) => {
      const { collection, key } = write;
      const isSearched =
        collection === 'environments' || collection === 'resources' || collection === 'templates';
      if (!isSearched) return;
      if (now === undefined) {
        indexing.textChanged(collection, key, null);
        graph.replace(key, []);
        return;
      }
      const before = then();
      if (now.text !== before?.text) indexing.textChanged(collection, key, now.text);
      if (now.edges !== (before?.edges ?? NO_EDGES)) graph.replace(key, JSON.parse(now.edges));
    },
  };
}
