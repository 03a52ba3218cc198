import { type Address, addressOf } from '../../model/address.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { ResourceTemplate, Template } from '../../model/template.ts';
import type { Move } from './plan.ts';

export interface Moved {
  /** What is recorded, under the ids that the template uses now. */
  recorded: ReadonlyMap<Address, ResourceRecord>;
  moves: Move[];
}

/**
 * Finds what the template calls by another id now (`movedFrom`). An old id that the template still
 * uses, and a new one that is recorded already, are left as they are.
 */
export function moveRecords(
  template: Template | null,
  recorded: ReadonlyMap<Address, ResourceRecord>,
): Moved {
  const renamed = renamedIds(template?.resources ?? [], recorded);
  if (renamed.size === 0) return { recorded, moves: [] };
  const addresses = new Map<Address, Address>();
  for (const { id, index, address } of recorded.values()) {
    const resource = renamed.get(id);
    if (resource !== undefined) addresses.set(address, addressOf(resource.id, index));
  }
  const pairs = [...recorded.values()].map((from) => ({
    from,
    to: moved(from, renamed.get(from.id), addresses),
  }));
  return {
    recorded: new Map(pairs.map(({ to }) => [to.address, to])),
    moves: pairs.filter(({ from, to }) => from !== to),
  };
}

function renamedIds(
  resources: readonly ResourceTemplate[],
  recorded: ReadonlyMap<Address, ResourceRecord>,
): Map<string, ResourceTemplate> {
  const wanted = new Set(resources.map(({ id }) => id));
  const present = new Set([...recorded.values()].map(({ id }) => id));
  const renamed = new Map<string, ResourceTemplate>();
  for (const resource of resources) {
    if (present.has(resource.id)) continue;
    const old = resource.movedFrom.find(
      (id) => present.has(id) && !wanted.has(id) && !renamed.has(id),
    );
    if (old !== undefined) renamed.set(old, resource);
  }
  return renamed;
}

/** The same object where nothing of it changes. */
function moved(
  from: ResourceRecord,
  resource: ResourceTemplate | undefined,
  addresses: ReadonlyMap<Address, Address>,
): ResourceRecord {
  const dependsOn = from.dependsOn.map((address) => addresses.get(address) ?? address);
  const needsOther = dependsOn.some((address, at) => address !== from.dependsOn[at]);
  if (resource === undefined) return needsOther ? { ...from, dependsOn } : from;
  const address = addressOf(resource.id, from.index);
  const counted = resource.count !== null;
  const label = counted ? address : resource.id;
  return { ...from, address, id: resource.id, counted, label, dependsOn };
}
