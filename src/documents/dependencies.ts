import type { ResourceRecord } from '../model/resource.ts';
import { resourceLabel } from './documents.ts';

/** What is needed of a walk through the graph (see queries/dependencies.ts). */
interface View {
  key: string;
  direction: 'dependencies' | 'dependents';
  nodes: readonly { key: string; depth: number }[];
  edges: readonly { from: string; to: string }[];
  truncated: boolean;
  resources: ReadonlyMap<string, ResourceRecord>;
}

export function dependencyDocument(view: View) {
  return {
    of: nodeDocument(view, view.key),
    direction: view.direction,
    nodes: view.nodes.map(({ key, depth }) => ({ ...nodeDocument(view, key), depth })),
    edges: [...view.edges],
    truncated: view.truncated,
  };
}

/** What was removed a moment ago has a key and nothing else. */
function nodeDocument({ resources }: View, key: string) {
  const resource = resources.get(key);
  return {
    id: key,
    name: dependencyName(resources, key),
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

/** As it is written on a command line. */
export function dependencyName(resources: View['resources'], key: string): string {
  const resource = resources.get(key);
  return resource === undefined ? key : resourceLabel(resource);
}
