import type { Address } from '../model/address.ts';
import type { ResourceRecord } from '../model/resource.ts';
import type { ResourceGroup } from '../model/template.ts';
import { resourceDocument } from './documents.ts';

export interface GraphDocument {
  nodes: ReturnType<typeof resourceDocument>[];
  /** `from` needs `to`. */
  edges: { from: Address; to: Address }[];
  /** Those of the template, with the ids of their members. */
  groups: ResourceGroup[];
}

export function graphDocument(
  resources: readonly ResourceRecord[],
  groups: readonly ResourceGroup[],
): GraphDocument {
  return {
    groups: [...groups],
    nodes: resources.map(resourceDocument),
    edges: resources.flatMap(({ address, dependsOn }) =>
      dependsOn.map((to) => ({ from: address, to })),
    ),
  };
}
