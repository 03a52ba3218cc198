import { posix } from 'node:path';
import { allImports } from './imports.ts';
import type { Gate, Violation } from './source.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

interface Import {
  from: string;
  target: string;
  line: number;
}

/** Files, and folders, that import each other, over any number of stations, types included. */
export const cycles: Gate = (files) => {
  const imports = allImports(files).flatMap(({ from, target, line }) =>
    target === undefined ? [] : [{ from, target, line }],
  );
  const between = imports
    .filter(({ from }) => from.startsWith('src/') && !INTERWOVEN.test(from))
    .filter(({ from, target }) => posix.dirname(from) !== posix.dirname(target));
  return [
    ...cyclesAmong(imports, { what: 'import cycle', nameOf: (path) => path }),
    ...cyclesAmong(between, { what: 'folders that import each other', nameOf: posix.dirname }),
  ];
};

/** Where what stands at the door of a folder and what lies in it lean on each other. */
const INTERWOVEN = /^src\/(?:compose|engine|model|presentation\/(?:completion|startup))\//;

function cyclesAmong(
  imports: readonly Import[],
  { what, nameOf }: { what: string; nameOf(path: string): string },
): Violation[] {
  const graph = new Map<string, string[]>();
  for (const { from, target } of imports) {
    graph.set(nameOf(from), [...(graph.get(nameOf(from)) ?? []), nameOf(target)]);
  }
  const known = new Set<string>();
  return imports.flatMap(({ from, target, line }) => {
    const route = routeBack(graph, nameOf(target), nameOf(from));
    if (route === undefined) return [];
    // One report a cycle, wherever it is entered.
    const name = [...route].sort().join();
    if (known.has(name)) return [];
    known.add(name);
    return [{ path: from, line, message: `${what}: ${[...route, nameOf(from)].join(' -> ')}` }];
  });
}

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
