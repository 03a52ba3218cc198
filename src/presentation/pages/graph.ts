import type { Address } from '../../model/address.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns } from '../terminal/table.ts';
import { branches } from './tree.ts';
import { executorLabel, paintStatus } from './words.ts';

/**
 * Each resource above what it needs. One that several need is unfolded where it comes first;
 * elsewhere it is named with `(above)`.
 */
export function graphLines(resources: readonly ResourceRecord[], palette: Palette): string[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const needsOf = (address: Address) => byAddress.get(address)?.dependsOn ?? [];
  const needed = new Set(resources.flatMap(({ dependsOn }) => dependsOn));
  const roots = [...byAddress.keys()].filter((address) => !needed.has(address));
  const rows = branches(roots, needsOf).map(({ key, lead, isRepeated }) => {
    const resource = byAddress.get(key);
    if (resource === undefined) return [`${palette.faint(lead)}${key}`, '', ''];
    const name = `${palette.faint(lead)}${palette.strong(resource.label)}`;
    if (isRepeated) return [`${name} ${palette.faint('(above)')}`];
    const parts = resource.parts.length === 0 ? '' : ` (${resource.parts.length} inside)`;
    return [
      name,
      palette.faint(executorLabel(resource) + parts),
      paintStatus(resource.status, palette),
    ];
  });
  return alignColumns(rows);
}
