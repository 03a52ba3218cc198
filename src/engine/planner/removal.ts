import type { Address } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import { findCycles, generations } from '../../model/graph.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import { refuseUninspectable } from './build.ts';
import type { PlannedResource } from './plan.ts';

export interface RemovalFacts {
  /** What is to go: all that is recorded, or what the desired graph does not name any more. */
  doomed: ReadonlyMap<Address, ResourceRecord>;
  reason: string;
  canInspect(record: ResourceRecord): boolean;
}

/** Removals in the recorded order reversed: what depends on a resource goes before it. */
export function planRemovals(facts: RemovalFacts): PlannedResource[] {
  const { doomed } = facts;
  refuseProtected([...doomed.values()]);
  const dependents = new Map<Address, Address[]>([...doomed.keys()].map((key) => [key, []]));
  for (const record of doomed.values()) {
    for (const dependency of record.dependsOn) dependents.get(dependency)?.push(record.address);
  }
  return inGenerations(dependents, doomed).map((address) => {
    const recorded = recordOf(doomed, address);
    refuseUninspectable(recorded, facts.canInspect(recorded));
    return removal(recorded, facts.reason, dependents.get(address) ?? []);
  });
}

/** Looks for cycles only where some are left over: nearly always there are none. */
function inGenerations(
  dependents: Map<Address, Address[]>,
  doomed: ReadonlyMap<Address, ResourceRecord>,
): Address[] {
  const highestIndexFirst = (left: Address, right: Address) =>
    compareRecords(recordOf(doomed, right), recordOf(doomed, left));
  const ordered = generations(dependents).flatMap((each) => each.sort(highestIndexFirst));
  if (ordered.length === doomed.size) return ordered;
  breakCycles(dependents, doomed);
  return inGenerations(dependents, doomed);
}

function recordOf(doomed: ReadonlyMap<Address, ResourceRecord>, address: Address): ResourceRecord {
  const record = doomed.get(address);
  if (record === undefined) throw new Error(`no record of ${address}`);
  return record;
}

function compareRecords(left: ResourceRecord, right: ResourceRecord): number {
  if (left.id === right.id) return left.index - right.index;
  return left.id < right.id ? -1 : 1;
}

/**
 * Records of a half-finished update may need each other in a circle, one by its new edges, another
 * by its old ones. The newest record on it knows what it was built on: it goes first.
 */
function breakCycles(
  dependents: Map<Address, Address[]>,
  doomed: ReadonlyMap<Address, ResourceRecord>,
): void {
  const ageOf = (address: Address) => doomed.get(address)?.updatedAtMs ?? 0;
  for (let found = findCycles(dependents); found.length > 0; found = findCycles(dependents)) {
    for (const cycle of found) {
      const newest = cycle.reduce((left, right) => (ageOf(right) > ageOf(left) ? right : left));
      const waitsFor = dependents.get(newest) ?? [];
      dependents.set(
        newest,
        waitsFor.filter((address) => !cycle.includes(address)),
      );
    }
  }
}

function removal(recorded: ResourceRecord, reason: string, after: Address[]): PlannedResource {
  const { address, identity, label, id, index, counted, executor, pool, protect } = recorded;
  return {
    address,
    identity,
    movedFrom: null,
    label,
    id,
    index,
    counted,
    executor,
    pool,
    protect,
    action: 'remove',
    reason,
    adopt: null,
    isJoint: false,
    after,
    spec: null,
    fingerprint: null,
    resource: null,
    recorded,
  };
}

export function refuseProtected(records: readonly ResourceRecord[]): void {
  const guarded = records.filter((record) => record.protect).map((record) => record.label);
  if (guarded.length === 0) return;
  throw new BiotopeError('ENVIRONMENT_PROTECTED', {
    message:
      `${guarded.join(', ')} ${guarded.length === 1 ? 'is' : 'are'} protected and would be removed. ` +
      `Update the environment first to a version, or to parameters, that take the protection off.`,
    facts: { addresses: guarded },
  });
}
