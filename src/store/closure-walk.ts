import { CLOSURE_EDGES_MAX, type Closure, type ClosureQuery } from './store.ts';

/** An edge as the walk meets it: `near` was reached before. */
export interface Met {
  near: string;
  far: string;
}

/** Edges from (or to) these keys, in the order of `far`, then `near`; at most so many. */
export interface Level {
  keys: readonly string[];
  limit: number;
}

/**
 * The walk through a graph that lies in a database, level by level: asks for each level's edges, and
 * returns what it found.
 */
export function* walkClosure({
  key,
  direction,
  depthMax = Number.POSITIVE_INFINITY,
  limit,
}: ClosureQuery): Generator<Level, Closure, readonly Met[]> {
  // What was reached is not visited again: diamonds cost nothing, cycles end.
  const depths = new Map([[key, 0]]);
  const edges: Closure['edges'] = [];
  let truncated = false;
  let level = [key];
  // One level beyond the last is looked at: for edges back into what is told, and for what is not.
  for (let depth = 1; level.length > 0 && depth <= depthMax + 1; depth += 1) {
    const met = yield { keys: level, limit: CLOSURE_EDGES_MAX - edges.length + 1 };
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

function edgeOf(direction: ClosureQuery['direction'], near: string, far: string) {
  return direction === 'dependencies' ? { from: near, to: far } : { from: far, to: near };
}
