import type { Sqlite } from '../../platform/sqlite.ts';
import { textOf } from '../../platform/sqlite-row.ts';
import { CLOSURE_EDGES_MAX, type Closure, type ClosureQuery } from '../store.ts';

/**
 * The dependency graph over all resources. Walked level by level in the database; whoever needs it
 * faster can put an adjacency in memory behind this interface.
 */
export interface DependencyGraph {
  /** From now on `key` needs these, and nothing else. */
  replace(key: string, targets: readonly string[]): void;
  closure(query: ClosureQuery): Closure;
}

/** An edge as the walk meets it: `near` was reached before. */
interface Met {
  near: string;
  far: string;
}

function edgeOf(direction: ClosureQuery['direction'], near: string, far: string) {
  return direction === 'dependencies' ? { from: near, to: far } : { from: far, to: near };
}

export function createDependencyGraph({ statement }: Sqlite): DependencyGraph {
  const remove = statement('DELETE FROM edges WHERE source = ?');
  const insert = statement('INSERT OR IGNORE INTO edges (source, target) VALUES (?, ?)');
  const edgesFrom = {
    dependencies: statement(edgesQuery('source', 'target')),
    dependents: statement(edgesQuery('target', 'source')),
  };

  return {
    replace: (key, targets) => {
      remove.run(key);
      for (const target of targets) insert.run(key, target);
    },
    closure: (query) =>
      walk(query, (level, limit) =>
        edgesFrom[query.direction]
          .all(JSON.stringify(level), limit)
          .map((row) => ({ near: textOf(row, 'near'), far: textOf(row, 'far') })),
      ),
  };
}

function walk(
  { key, direction, depthMax = Number.POSITIVE_INFINITY, limit }: ClosureQuery,
  edgesOf: (level: readonly string[], limit: number) => Met[],
): Closure {
  // What was reached is not visited again: diamonds cost nothing, cycles end.
  const depths = new Map([[key, 0]]);
  const edges: Closure['edges'] = [];
  let truncated = false;
  let level = [key];
  // One level beyond the last is looked at: for edges back into what is told, and for what is not.
  for (let depth = 1; level.length > 0 && depth <= depthMax + 1; depth += 1) {
    const met = edgesOf(level, CLOSURE_EDGES_MAX - edges.length + 1);
    level = [];
    for (const { near, far } of met) {
      const isNew = !depths.has(far);
      const isTooMuch = isNew && (depth > depthMax || depths.size > limit);
      if (isTooMuch || edges.length === CLOSURE_EDGES_MAX) {
        truncated = true;
        continue;
      }
      if (isNew) {
        depths.set(far, depth);
        level.push(far);
      }
      edges.push(edgeOf(direction, near, far));
    }
  }
  const nodes = [...depths].slice(1).map(([reached, depth]) => ({ key: reached, depth }));
  return { nodes, edges, truncated };
}

/** CROSS JOIN keeps the order: from the few keys of a level into the index. */
function edgesQuery(near: 'source' | 'target', far: 'source' | 'target'): string {
  return (
    `SELECT e."${near}" AS near, e."${far}" AS far FROM json_each(?) AS level ` +
    `CROSS JOIN edges AS e ON e."${near}" = level.value ORDER BY far, near LIMIT ?`
  );
}
