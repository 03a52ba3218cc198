import { allImports } from './imports.ts';
import type { Gate } from './source.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

/** Files that import each other, over any number of stations, types included. */
export const cycles: Gate = (files) => {
  const imports = allImports(files).flatMap(({ from, target, line }) =>
    target === undefined ? [] : [{ from, target, line }],
  );
  const graph = new Map<string, string[]>();
  for (const { from, target } of imports) graph.set(from, [...(graph.get(from) ?? []), target]);

  const known = new Set<string>();
  return imports.flatMap(({ from, target, line }) => {
    const route = routeBack(graph, target, from);
    if (route === undefined) return [];
    // One report a cycle, wherever it is entered.
    const name = [...route].sort().join();
    if (known.has(name)) return [];
    known.add(name);
    return [{ path: from, line, message: `import cycle: ${[...route, from].join(' -> ')}` }];
  });
};

/** The shortest way from what is imported back to the importer, the importer first. */
function routeBack(graph: Graph, first: string, goal: string): string[] | undefined {
  const cameFrom = new Map<string, string>([[first, goal]]);
  const queue = [first];
  for (const path of queue) {
    if (path === goal) return unwind(cameFrom, goal);
    for (const next of graph.get(path) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return undefined;
}

function unwind(cameFrom: ReadonlyMap<string, string>, goal: string): string[] {
  const route: string[] = [];
  let path = goal;
  do {
    path = cameFrom.get(path) ?? goal;
    route.unshift(path);
  } while (path !== goal);
  return route;
}
