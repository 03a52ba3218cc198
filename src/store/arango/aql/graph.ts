import type { ClosureQuery } from '../../store.ts';
import type { Statement } from './statement.ts';

/** Those that were reached, nearest first, and one more than are told; the edges between those told. */
export interface Reached {
  reached: { key: string; distance: number }[];
  edges: { from: string; to: string }[];
}

export interface Walk {
  direction: ClosureQuery['direction'];
  /** Id of a vertex. */
  start: string;
  depthMax: number;
  limit: number;
  edgesMax: number;
}

/**
 * Traversal of a named graph: https://docs.arangodb.com/3.12/aql/graphs/traversals/#working-with-named-graphs
 * `order: "bfs"` with `uniqueVertices: "global"` meets every vertex once, by a shortest way:
 * https://docs.arangodb.com/3.12/aql/graphs/traversals/#uniquevertices
 * The direction cannot be bound. What is asked of a vertex stands on its edges: none has to be fetched.
 * Everything is one statement, so that it is of one state of the graph:
 * https://docs.arangodb.com/3.12/develop/transactions/locking-and-isolation/#isolation
 */
function closureOf(direction: 'OUTBOUND' | 'INBOUND', end: 'from' | 'to'): string {
  return `
LET reached = (
  FOR vertex, edge, path IN 1..@depth ${direction} @start GRAPH "dependencies"
    OPTIONS { order: "bfs", uniqueVertices: "global" }
    FILTER edge._${end} != @start
    LET distance = LENGTH(path.edges)
    SORT distance, edge.${end}Order
    LIMIT @count
    RETURN { id: edge._${end}, key: edge.${end}, distance: distance }
)
LET told = (
  FOR node IN reached
    FILTER node.distance <= @depthMax
    LIMIT @limit
    RETURN node.id
)
LET ids = APPEND([@start], told)
LET edges = (
  FOR edge IN depends_on
    FILTER edge._from IN ids
    FILTER edge._to IN ids
    SORT edge.fromOrder, edge.toOrder
    LIMIT @edgesMax
    RETURN { from: edge.from, to: edge.to }
)
RETURN { reached: reached, edges: edges }`;
}

const CLOSURE = {
  dependencies: closureOf('OUTBOUND', 'to'),
  dependents: closureOf('INBOUND', 'from'),
};

export function closure({ direction, start, depthMax, limit, edgesMax }: Walk): Statement {
  const bindVars = {
    start,
    // One further, to see whether there is more.
    depth: depthMax + 1,
    count: limit + 1,
    depthMax,
    limit,
    edgesMax,
  };
  return { query: CLOSURE[direction], bindVars };
}
