/**
 * Rules over a graph of named nodes and what each one needs. Nothing here recurses from node to
 * node, so that a chain of any length is as safe as a broad graph. A need that is no node of the
 * graph is left out of account.
 */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Who needs each node: the edges turned round. */
function reverse(nodes: Graph): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const name of nodes.keys()) dependents.set(name, []);
  for (const [name, needs] of nodes) {
    for (const need of new Set(needs)) dependents.get(need)?.push(name);
  }
  return dependents;
}

/**
 * Nodes in the order in which they can be made, in generations: each needs only earlier ones.
 * Nodes on a cycle, and those that need one, are in no generation: ask `findCycles` first.
 */
export function generations(nodes: Graph): string[][] {
  const dependents = reverse(nodes);
  const missing = new Map<string, number>();
  for (const [name, needs] of nodes) {
    missing.set(name, new Set(needs.filter((need) => nodes.has(need))).size);
  }
  const found: string[][] = [];
  let generation = [...nodes.keys()].filter((name) => missing.get(name) === 0);
  while (generation.length > 0) {
    found.push(generation);
    const next: string[] = [];
    for (const dependent of generation.flatMap((name) => dependents.get(name) ?? [])) {
      const left = (missing.get(dependent) ?? 0) - 1;
      missing.set(dependent, left);
      if (left === 0) next.push(dependent);
    }
    generation = next;
  }
  return found;
}

/**
 * One cycle for every knot of nodes that need each other, named member by member and closed:
 * `[a, b, c, a]` says that a needs b, b needs c and c needs a. The shortest through its member that
 * comes first in the graph.
 */
export function findCycles(nodes: Graph): string[][] {
  const knotOf = new Map<string, number>();
  for (const [at, knot] of knots(nodes).entries()) {
    for (const name of knot) knotOf.set(name, at);
  }
  const done = new Set<number>();
  const cycles: string[][] = [];
  for (const [name, knot] of [...nodes.keys()].map((key) => [key, knotOf.get(key)] as const)) {
    if (knot === undefined || done.has(knot)) continue;
    done.add(knot);
    cycles.push(shortestWayBack(nodes, name, (other) => knotOf.get(other) === knot));
  }
  return cycles;
}

/** Breadth first from `start` to `start`, inside the knot. */
function shortestWayBack(nodes: Graph, start: string, inKnot: (name: string) => boolean): string[] {
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (const name of open) {
    for (const need of nodes.get(name) ?? []) {
      if (need === start) return [...wayTo(name, start, cameFrom), start];
      if (!inKnot(need) || cameFrom.has(need)) continue;
      cameFrom.set(need, name);
      open.push(need);
    }
  }
  return [start, start];
}

function wayTo(name: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [name];
  for (let at = name; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    way.push(at);
  }
  return way.reverse();
}

/**
 * Strongly connected components that hold a cycle. Kosaraju's two walks: the order in which nodes
 * are left, then, against the edges, whatever is still reached.
 */
function knots(nodes: Graph): string[][] {
  const order = finishOrder(nodes);
  const dependents = reverse(nodes);
  const seen = new Set<string>();
  const found: string[][] = [];
  for (const root of order.reverse()) {
    if (seen.has(root)) continue;
    const knot = unseenFrom(root, dependents, seen);
    if (knot.length > 1 || nodes.get(root)?.includes(root)) found.push(knot);
  }
  return found;
}

function unseenFrom(root: string, edges: Graph, seen: Set<string>): string[] {
  seen.add(root);
  const reached = [root];
  for (const name of reached) {
    for (const next of edges.get(name) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reached.push(next);
    }
  }
  return reached;
}

function finishOrder(nodes: Graph): string[] {
  const seen = new Set<string>();
  const order: string[] = [];
  for (const root of nodes.keys()) {
    if (seen.has(root)) continue;
    seen.add(root);
    const path = [{ name: root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = nodes.get(top.name)?.[top.next];
      if (need === undefined) {
        order.push(top.name);
        path.pop();
        continue;
      }
      top.next += 1;
      if (seen.has(need) || !nodes.has(need)) continue;
      seen.add(need);
      path.push({ name: need, next: 0 });
    }
  }
  return order;
}
