import { type Address, idsAround } from '../../../model/address.ts';
import type { ResourceRecord, ResourceStatus } from '../../../model/resource.ts';
import type { ResourceGroup } from '../../../model/template.ts';

/** An environment's graph as it is to be drawn, in whichever language. */
export interface Drawing {
  environment: string;
  /** What is built here, in its groups and nested templates. */
  root: Cluster;
  /** What others own: drawn apart. */
  external: ResourceRecord[];
  /** `from` needs `to`. */
  edges: { from: Address; to: Address }[];
}

export interface Cluster {
  kind: 'group' | 'template';
  /** Whole: behind the prefix of the nested template where it stands. */
  name: string;
  /** No two are the same, though one name may stand in two places. */
  path: string;
  resources: ResourceRecord[];
  clusters: Cluster[];
}

/** What one state looks like: a background, and a line that can be told from it. */
export const STATUS_COLOURS: Record<ResourceStatus, { fill: string; line: string }> = {
  ok: { fill: '#d3f9d8', line: '#2b8a3e' },
  failed: { fill: '#ffe3e3', line: '#c92a2a' },
  unknown: { fill: '#fff3bf', line: '#e67700' },
  creating: { fill: '#d0ebff', line: '#1864ab' },
  changing: { fill: '#d0ebff', line: '#1864ab' },
  removing: { fill: '#e9ecef', line: '#495057' },
};

export function drawingOf(
  environment: string,
  resources: readonly ResourceRecord[],
  groups: readonly ResourceGroup[],
): Drawing {
  const own = resources.filter(({ external }) => !external);
  const root = clustersOf(own, groups);
  const drawn = new Set(resources.map(({ address }) => address));
  return {
    environment,
    root,
    external: resources.filter(({ external }) => external),
    edges: resources.flatMap(({ address, dependsOn }) =>
      dependsOn.filter((to) => drawn.has(to)).map((to) => ({ from: address, to })),
    ),
  };
}

/**
 * Each from the outside in: at each level the first group that names it, or the nested template it
 * comes from, and then that template. A picture can show each resource in one place only.
 */
function clustersOf(
  resources: readonly ResourceRecord[],
  groups: readonly ResourceGroup[],
): Cluster {
  const root: Cluster = { kind: 'template', name: '', path: '', resources: [], clusters: [] };
  const byPath = new Map<string, Cluster>();
  const inside = (parent: Cluster, kind: Cluster['kind'], name: string): Cluster => {
    const path = `${parent.path}/${kind}:${name}`;
    const known = byPath.get(path);
    if (known !== undefined) return known;
    const made: Cluster = { kind, name, path, resources: [], clusters: [] };
    byPath.set(path, made);
    parent.clusters.push(made);
    return made;
  };
  const groupIn = groupFinder(groups);
  for (const resource of resources) {
    const around = idsAround(resource.id);
    let cluster = root;
    for (const prefix of ['', ...around.slice(0, -1)]) {
      if (prefix !== '') cluster = inside(cluster, 'template', prefix);
      const group = groupIn(prefix, around);
      if (group !== undefined) cluster = inside(cluster, 'group', group.name);
    }
    cluster.resources.push(resource);
  }
  return root;
}

/**
 * The first group of the template behind `prefix` that names one of the ids. One look at each
 * member, not one for each resource: a group may have ten thousand.
 */
function groupFinder(groups: readonly ResourceGroup[]) {
  const firstOf = new Map<string, number>();
  const keyOf = (prefix: string, id: string) => `${prefix} ${id}`;
  for (const [at, { name, resources }] of groups.entries()) {
    for (const id of resources) {
      const key = keyOf(prefixOf(name), id);
      if (!firstOf.has(key)) firstOf.set(key, at);
    }
  }
  return (prefix: string, ids: readonly string[]): ResourceGroup | undefined => {
    const found = ids.flatMap((id) => firstOf.get(keyOf(prefix, id)) ?? []);
    return groups[Math.min(...found)];
  };
}

function prefixOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}
