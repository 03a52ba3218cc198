import type { Address } from '../../../model/address.ts';
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
  const root: Cluster = { kind: 'template', name: '', path: '', resources: [], clusters: [] };
  const own = resources.filter(({ external }) => !external);
  for (const resource of own) clusterFor(root, resource.id, groups).resources.push(resource);
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
 * From the outside in: at each level the first group that names the resource, or the nested template
 * it comes from, and then that template. A picture can show each resource in one place only.
 */
function clusterFor(root: Cluster, id: string, groups: readonly ResourceGroup[]): Cluster {
  let cluster = root;
  for (const prefix of prefixesOf(id)) {
    if (prefix !== '') cluster = inside(cluster, 'template', prefix);
    const group = groups.find(
      ({ name, resources }) => prefixOf(name) === prefix && resources.some((one) => holds(one, id)),
    );
    if (group !== undefined) cluster = inside(cluster, 'group', group.name);
  }
  return cluster;
}

function inside(parent: Cluster, kind: Cluster['kind'], name: string): Cluster {
  const known = parent.clusters.find((one) => one.kind === kind && one.name === name);
  if (known !== undefined) return known;
  const path = `${parent.path}/${kind}:${name}`;
  const made: Cluster = { kind, name, path, resources: [], clusters: [] };
  parent.clusters.push(made);
  return made;
}

/** `a/b/c` stands in the template itself, in the one nested at `a`, and in that at `a/b`. */
function prefixesOf(id: string): string[] {
  const words = id.split('/');
  return words.map((_, at) => words.slice(0, at).join('/'));
}

function prefixOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

function holds(member: string, id: string): boolean {
  return member === id || id.startsWith(`${member}/`);
}
