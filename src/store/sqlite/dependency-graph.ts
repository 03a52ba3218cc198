import type { Sqlite } from '../../platform/sqlite.ts';
import { textOf } from '../../platform/sqlite-row.ts';
import { type Met, walkClosure } from '../closure-walk.ts';
import type { Closure, ClosureQuery } from '../store.ts';
import { type Adjacency, createAdjacency } from './adjacency.ts';
import { createDataVersion } from './data-version.ts';
import type { GroupMemory } from './group-commit.ts';

/**
 * The dependency graph over all resources. Who asks once has it walked level by level in the database;
 * who asks again has it from memory, which follows what is written here and is read anew once another
 * process has written.
 *
 *   none -> asked once -> in memory | too large       any -> none (rolled back, written elsewhere)
 */
export interface DependencyGraph extends Pick<GroupMemory, 'rolledBack'> {
  /** From now on `key` needs these, and nothing else. */
  replace(key: string, targets: readonly string[]): void;
  closure(query: ClosureQuery): Closure;
}

/** Of more than this no copy is kept. */
const EDGES_IN_MEMORY_MAX = 1_000_000;
/** Those of resources that are gone are among them. */
const NODES_IN_MEMORY_MAX = 1_000_000;

export function createDependencyGraph({ statement }: Sqlite): DependencyGraph {
  const remove = statement('DELETE FROM edges WHERE source = ?');
  const insert = statement('INSERT OR IGNORE INTO edges (source, target) VALUES (?, ?)');
  const edgesFrom = {
    dependencies: statement(edgesQuery('source', 'target')),
    dependents: statement(edgesQuery('target', 'source')),
  };

  const all = statement('SELECT source, target FROM edges ORDER BY source, target LIMIT ?');
  const version = createDataVersion({ statement });
  let memory: Adjacency | 'none' | 'asked-once' | 'too-large' = 'none';

  const forget = () => {
    memory = 'none';
  };

  const read = (): Adjacency | 'too-large' => {
    const rows = all.all(EDGES_IN_MEMORY_MAX + 1);
    if (rows.length > EDGES_IN_MEMORY_MAX) return 'too-large';
    const adjacency = createAdjacency();
    for (const [source, edges] of Map.groupBy(rows, (row) => textOf(row, 'source'))) {
      const targets = edges.map((row) => textOf(row, 'target'));
      adjacency.replace(source, targets);
    }
    return adjacency;
  };

  const inMemory = (): Adjacency | undefined => {
    if (version.hasChanged()) forget();
    if (memory === 'none') memory = 'asked-once';
    else if (memory === 'asked-once') memory = read();
    return typeof memory === 'string' ? undefined : memory;
  };

  return {
    replace: (key, targets) => {
      remove.run(key);
      for (const target of targets) insert.run(key, target);
      if (typeof memory === 'string') return;
      memory.replace(key, targets);
      if (memory.nodeCount > NODES_IN_MEMORY_MAX) forget();
    },
    rolledBack: forget,
    closure: (query) =>
      inMemory()?.closure(query) ??
      walk(query, (level, limit) =>
        edgesFrom[query.direction]
          .all(JSON.stringify(level), limit)
          .map((row) => ({ near: textOf(row, 'near'), far: textOf(row, 'far') })),
      ),
  };
}

function walk(
  query: ClosureQuery,
  edgesOf: (level: readonly string[], limit: number) => Met[],
): Closure {
  const walking = walkClosure(query);
  for (let step = walking.next(); ; ) {
    if (step.done === true) return step.value;
    step = walking.next(edgesOf(step.value.keys, step.value.limit));
  }
}

/** CROSS JOIN keeps the order: from the few keys of a level into the index. */
function edgesQuery(near: 'source' | 'target', far: 'source' | 'target'): string {
  return (
    `SELECT e."${near}" AS near, e."${far}" AS far FROM json_each(?) AS level ` +
    `CROSS JOIN edges AS e ON e."${near}" = level.value ORDER BY far, near LIMIT ?`
  );
}
