import type { Address } from '../../model/address.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns } from '../terminal/table.ts';
import { resourceDocument } from './documents.ts';
import { paintStatus } from './words.ts';

export interface GraphDocument {
  nodes: ReturnType<typeof resourceDocument>[];
  /** `from` needs `to`. */
  edges: { from: Address; to: Address }[];
}

export function graphDocument(resources: readonly ResourceRecord[]): GraphDocument {
  return {
    nodes: resources.map(resourceDocument),
    edges: resources.flatMap(({ address, dependsOn }) =>
      dependsOn.map((to) => ({ from: address, to })),
    ),
  };
}

interface Branch {
  address: Address;
  /** The rails in front of it. */
  lead: string;
  isRepeated: boolean;
}

/**
 * Each resource above what it needs. One that several need is unfolded where it comes first;
 * elsewhere it is named with `(above)`.
 */
export function graphLines(resources: readonly ResourceRecord[], palette: Palette): string[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const rows = branches(byAddress).map(({ address, lead, isRepeated }) => {
    const resource = byAddress.get(address);
    if (resource === undefined) return [`${palette.faint(lead)}${address}`, '', ''];
    const name = `${palette.faint(lead)}${palette.strong(resource.label)}`;
    if (isRepeated) return [`${name} ${palette.faint('(above)')}`];
    const parts = resource.parts.length === 0 ? '' : ` (${resource.parts.length} inside)`;
    return [name, palette.faint(resource.executor + parts), paintStatus(resource.status, palette)];
  });
  return alignColumns(rows);
}

/** Deeper levels are drawn as if they were this deep. */
const RAILS_CHARACTERS_MAX = 120;

/** In the order of lines. A stack of its own, so that no chain is too long. */
function branches(resources: ReadonlyMap<Address, ResourceRecord>): Branch[] {
  const needed = new Set([...resources.values()].flatMap(({ dependsOn }) => dependsOn));
  const roots = [...resources.keys()].filter((address) => !needed.has(address));
  const open = roots.map((address) => ({ address, lead: '', rails: '' })).reverse();
  const seen = new Set<Address>();
  const found: Branch[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { address, lead, rails } = next;
    const needs = resources.get(address)?.dependsOn ?? [];
    const isRepeated = seen.has(address) && needs.length > 0;
    found.push({ address, lead, isRepeated });
    if (seen.has(address)) continue;
    seen.add(address);
    for (const [at, need] of needs.toReversed().entries()) {
      const [fork, rail] = at === 0 ? ['└── ', '    '] : ['├── ', '│   '];
      const isDeep = rails.length >= RAILS_CHARACTERS_MAX;
      open.push({ address: need, lead: rails + fork, rails: isDeep ? rails : rails + rail });
    }
  }
  return found;
}
