import type { Sqlite } from '../../platform/sqlite.ts';
import { textOf } from '../../platform/sqlite-row.ts';
import type { ClosureNode, Store } from '../store.ts';

/**
 * The dependency graph over all resources. Walked level by level in the database; whoever needs it
 * faster can put an adjacency in memory behind this interface.
 */
export interface DependencyGraph {
  /** From now on `key` needs these, and nothing else. */
  replace(key: string, targets: readonly string[]): void;
  closure(query: Parameters<Store['closure']>[0]): ClosureNode[];
}

export function createDependencyGraph({ statement }: Sqlite): DependencyGraph {
  const remove = statement('DELETE FROM edges WHERE source = ?');
  const insert = statement('INSERT OR IGNORE INTO edges (source, target) VALUES (?, ?)');
  const neighbours = {
    dependencies: statement(neighboursQuery('source', 'target')),
    dependents: statement(neighboursQuery('target', 'source')),
  };

  return {
    replace: (key, targets) => {
      remove.run(key);
      for (const target of targets) insert.run(key, target);
    },
    closure: ({ key, direction, limit }) => {
      // What was seen is not visited again: diamonds cost nothing, cycles end.
      const seen = new Set([key]);
      const found: ClosureNode[] = [];
      let level = [key];
      for (let depth = 1; level.length > 0 && found.length < limit; depth += 1) {
        const rows = neighbours[direction].all(JSON.stringify(level));
        level = rows.map((row) => textOf(row, 'key')).filter((next) => !seen.has(next));
        for (const next of level) {
          seen.add(next);
          found.push({ key: next, depth });
        }
      }
      return found.slice(0, limit);
    },
  };
}

/** CROSS JOIN keeps the order: from the few keys of a level into the index. */
function neighboursQuery(from: 'source' | 'target', to: 'source' | 'target'): string {
  return (
    `SELECT DISTINCT e."${to}" AS key FROM json_each(?) AS level ` +
    `CROSS JOIN edges AS e ON e."${from}" = level.value ORDER BY key`
  );
}
