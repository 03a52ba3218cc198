import { CLOSURE_EDGES_MAX, type Closure, type ClosureQuery } from '../store.ts';

/**
 * The dependency graph in memory. A walk compares whole numbers only: each node knows its place in
 * the order of keys. Nodes whose edges are gone stay until the whole is forgotten.
 */
export interface Adjacency {
  readonly nodeCount: number;
  /** From now on `key` needs these, and nothing else. */
  replace(key: string, targets: readonly string[]): void;
  /** What a walk through the database finds, in the same order, cut off at the same place. */
  closure(query: ClosureQuery): Closure;
}

interface Node {
  key: string;
  /** Its place among all keys. */
  rank: number;
  needs: Neighbours;
  neededBy: Neighbours;
  /** The level that has reached it, and the one that has looked at it last: numbers never used again. */
  reachedIn: number;
  seenIn: number;
}

/** Put in the order of keys when they are walked through. */
interface Neighbours {
  nodes: Node[];
  isSorted: boolean;
}

export function createAdjacency(): Adjacency {
  const nodes = new Map<string, Node>();
  const sorted: Node[] = [];
  let isSorted = true;
  let levels = 0;

  function nodeOf(key: string): Node {
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node: Node = {
      key,
      rank: 0,
      needs: { nodes: [], isSorted: true },
      neededBy: { nodes: [], isSorted: true },
      reachedIn: 0,
      seenIn: 0,
    };
    nodes.set(key, node);
    sorted.push(node);
    isSorted = false;
    return node;
  }

  /** New keys stand at the end: those before them are in order, which costs a sort little. */
  function sort(): void {
    if (isSorted) return;
    sorted.sort((left, right) => compareKeys(left.key, right.key));
    for (const [rank, node] of sorted.entries()) node.rank = rank;
    isSorted = true;
  }

  return {
    get nodeCount() {
      return nodes.size;
    },
    replace(key, targets) {
      if (!nodes.has(key) && targets.length === 0) return;
      const node = nodeOf(key);
      for (const { neededBy } of node.needs.nodes) {
        neededBy.nodes = neededBy.nodes.filter((other) => other !== node);
      }
      node.needs = { nodes: [...new Set(targets)].map(nodeOf), isSorted: false };
      for (const { neededBy } of node.needs.nodes) {
        neededBy.nodes.push(node);
        neededBy.isSorted = false;
      }
    },
    closure(query) {
      sort();
      const start = nodes.get(query.key);
      const walk = createWalk(sorted, query, levels + 1);
      if (start !== undefined) levels = walk.from(start);
      return walk.closure;
    },
  };
}

const ASCII = /^[\0-\x7f]*$/;

/** As SQLite orders texts: by their bytes in UTF-8. */
function compareKeys(left: string, right: string): number {
  if (!ASCII.test(left) || !ASCII.test(right)) {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return left < right ? -1 : Number(left > right);
}

function inOrder(neighbours: Neighbours): readonly Node[] {
  if (!neighbours.isSorted) neighbours.nodes.sort((left, right) => left.rank - right.rank);
  neighbours.isSorted = true;
  return neighbours.nodes;
}

/** The same walk as in dependency-graph.ts; `firstLevel` is higher than that of any walk before. */
function createWalk(all: readonly Node[], query: ClosureQuery, firstLevel: number) {
  const { direction, depthMax = Number.POSITIVE_INFINITY, limit } = query;
  const isDown = direction === 'dependencies';
  const nodes: Closure['nodes'] = [];
  const edges: Closure['edges'] = [];
  const closure: Closure = { nodes, edges, truncated: false };

  /** What is one edge from the level, in the order of keys: numbers are sorted much faster. */
  function farFrom(level: readonly Node[], number: number): Int32Array {
    const ranks: number[] = [];
    for (const near of level) {
      for (const far of (isDown ? near.needs : near.neededBy).nodes) {
        if (far.seenIn === number) continue;
        far.seenIn = number;
        ranks.push(far.rank);
      }
    }
    return new Int32Array(ranks).sort();
  }

  /** Those from the level before. False where no more can be told. */
  function addEdges(far: Node, number: number): boolean {
    for (const near of inOrder(isDown ? far.neededBy : far.needs)) {
      if (near.reachedIn !== number - 1) continue;
      if (edges.length === CLOSURE_EDGES_MAX) return false;
      edges.push(isDown ? { from: near.key, to: far.key } : { from: far.key, to: near.key });
    }
    return true;
  }

  /** True where it is new. */
  function visit(far: Node, number: number): boolean {
    const depth = number - firstLevel;
    const isNew = far.reachedIn < firstLevel;
    const isTooMuch = isNew && (depth > depthMax || nodes.length >= limit);
    if (isTooMuch || edges.length === CLOSURE_EDGES_MAX) {
      closure.truncated = true;
      return false;
    }
    if (isNew) {
      far.reachedIn = number;
      nodes.push({ key: far.key, depth });
    }
    if (!addEdges(far, number)) closure.truncated = true;
    return isNew;
  }

  function nextLevel(level: readonly Node[], number: number): Node[] {
    const next: Node[] = [];
    for (const rank of farFrom(level, number)) {
      const far = all[rank];
      if (far !== undefined && visit(far, number)) next.push(far);
    }
    return next;
  }

  return {
    closure,
    /** Returns the number of the last level. */
    from(start: Node): number {
      let number = firstLevel;
      start.reachedIn = number;
      for (let level = [start]; level.length > 0 && number - firstLevel <= depthMax; ) {
        number += 1;
        level = nextLevel(level, number);
      }
      return number;
    },
  };
}
