import { resourceLabel } from '../../documents/documents.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { Closure, ClosureQuery } from '../../store/store.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns } from '../terminal/table.ts';
import { branches } from './tree.ts';
import { executorLabel, paintStatus } from './words.ts';

/** What a resource needs, or what needs it, directly or not, in whichever environments. */
export interface DependencyView extends Closure {
  /** Where it begins: a key of the dependency graph. */
  key: string;
  direction: ClosureQuery['direction'];
  /** By key; what others own has none. */
  resources: ReadonlyMap<string, ResourceRecord>;
}

export function dependencyDocument(view: DependencyView) {
  return {
    of: nodeDocument(view, view.key),
    direction: view.direction,
    nodes: view.nodes.map(({ key, depth }) => ({ ...nodeDocument(view, key), depth })),
    edges: view.edges,
    truncated: view.truncated,
  };
}

/** What was removed a moment ago has a key and nothing else. */
function nodeDocument({ resources }: DependencyView, key: string) {
  const resource = resources.get(key);
  return {
    id: key,
    name: nameOf(resources, key),
    environment: resource?.environment ?? null,
    address: resource?.address ?? null,
    executor: resource?.executor ?? null,
    external: resource === undefined ? externalName(key) : resource.external,
    status: resource?.status ?? null,
  };
}

function externalName(key: string): string | null {
  return key.startsWith('external:') ? key.slice('external:'.length) : null;
}

export function dependencyNames({ nodes, resources }: DependencyView): string[] {
  return nodes.map(({ key }) => nameOf(resources, key));
}

/** As it is written on a command line. */
function nameOf(resources: DependencyView['resources'], key: string): string {
  const resource = resources.get(key);
  return resource === undefined ? key : resourceLabel(resource);
}

export function dependencyLines(view: DependencyView, palette: Palette): string[] {
  const { key, direction, resources, nodes, truncated } = view;
  const rows = branches([key], belowOf(view)).map((branch) => {
    const name = `${palette.faint(branch.lead)}${palette.strong(nameOf(resources, branch.key))}`;
    if (branch.isRepeated) return [`${name} ${palette.faint('(above)')}`];
    const resource = resources.get(branch.key);
    if (resource === undefined) return [name];
    return [name, palette.faint(executorLabel(resource)), paintStatus(resource.status, palette)];
  });
  const nothing = direction === 'dependents' ? 'Nothing needs it.' : 'It needs nothing.';
  return [
    ...alignColumns(rows),
    ...(nodes.length === 0 ? [nothing] : []),
    ...(truncated ? ['There is more: raise --depth or --limit.'] : []),
  ];
}

/** What comes next in the direction of the walk. */
function belowOf({ edges, direction }: DependencyView): (key: string) => readonly string[] {
  const below = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [near, far] = direction === 'dependencies' ? [from, to] : [to, from];
    const known = below.get(near);
    if (known === undefined) below.set(near, [far]);
    else known.push(far);
  }
  return (key) => below.get(key) ?? [];
}
