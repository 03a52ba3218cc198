import type { Address } from '../../model/address.ts';
import { type DriftRules, NO_DRIFT_RULES } from '../../model/drift.ts';
import { BiotopeError } from '../../model/errors.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import type { ResourceTemplate } from '../../model/template.ts';
import type { PlannedResource } from './plan.ts';

/** `as-ruled`: what the template says of each resource. */
export type Healing = 'nothing' | 'as-ruled' | 'everything';

export interface LookFacts {
  recorded: ReadonlyMap<Address, ResourceRecord>;
  /** Of the environment's template, by id. */
  resources: ReadonlyMap<string, ResourceTemplate>;
  healing: Healing;
  /** Labels, addresses or ids of what is looked at; empty: everything. */
  named: readonly string[];
  canInspect(record: ResourceRecord): boolean;
}

/**
 * Looks at what is recorded as built. Where nothing is healed all of them are made at once; otherwise
 * each after those of what it needs, so that it is judged, and built, by outputs that are true. What
 * is not looked at itself and needs something that may be healed is decided when its turn comes.
 */
export function planLooks(facts: LookFacts): PlannedResource[] {
  const { recorded, named } = facts;
  const chosen = named.length === 0 ? [...recorded.values()] : chooseNamed(recorded, named);
  const looked = chosen.filter((record) => canLook(facts, record));
  const rules = new Map(looked.map((record) => [record.address, rulesFor(facts, record)]));
  const healed = looked.filter(({ address }) => rules.get(address)?.heal === true);
  if (healed.length === 0) {
    return looked.map((record) =>
      lookAt(facts, record, { drift: rules.get(record.address), after: [] }),
    );
  }
  const touched = dependentsOf(recorded, healed);
  return [...recorded.values()].flatMap((record) => {
    const { address, dependsOn: after } = record;
    const drift = rules.get(address);
    if (drift !== undefined) return [lookAt(facts, record, { drift, after })];
    return touched.has(address) ? [decideOn(facts, record)] : [];
  });
}

/** What was built, and only that: of a half-made thing nobody knows what it should be. */
function canLook({ canInspect }: LookFacts, record: ResourceRecord): boolean {
  return record.status === 'ok' && record.fingerprint !== null && canInspect(record);
}

/** A resource that the template does not make any more, or that others own, is never built. */
export function rulesFor(
  { resources, healing }: Pick<LookFacts, 'resources' | 'healing'>,
  { id, external }: Pick<ResourceRecord, 'id' | 'external'>,
): DriftRules {
  const resource = resources.get(id);
  const { ignore, heal } = resource?.drift ?? NO_DRIFT_RULES;
  if (resource === undefined || external !== null) return { ignore, heal: false };
  return { ignore, heal: healing === 'everything' || (healing === 'as-ruled' && heal) };
}

function lookAt(
  facts: LookFacts,
  record: ResourceRecord,
  { drift = NO_DRIFT_RULES, after }: { drift: DriftRules | undefined; after: Address[] },
): PlannedResource {
  const reason = drift.heal ? 'to be healed if it has drifted' : 'to see whether it has drifted';
  return { ...plannedOf(facts, record), action: 'look', reason, drift, after };
}

function decideOn(facts: LookFacts, record: ResourceRecord): PlannedResource {
  const reason = 'built again if what it reads is';
  return { ...plannedOf(facts, record), action: 'decide', reason, after: record.dependsOn };
}

function plannedOf(
  { resources }: LookFacts,
  recorded: ResourceRecord,
): Omit<PlannedResource, 'action' | 'reason' | 'after'> {
  const { address, identity, label, id, index, counted, executor, pool, protect } = recorded;
  const { spec, fingerprint } = recorded;
  const resource = resources.get(id) ?? null;
  return {
    ...{ address, identity, label, id, index, counted, executor, pool, protect },
    ...{ spec, fingerprint, resource, recorded },
    movedFrom: null,
    adopt: null,
    isJoint: false,
  };
}

/** All that needs one of them, directly or not. */
function dependentsOf(
  recorded: ReadonlyMap<Address, ResourceRecord>,
  sources: readonly ResourceRecord[],
): Set<Address> {
  const dependents = new Map<Address, Address[]>();
  for (const { address, dependsOn } of recorded.values()) {
    for (const need of dependsOn) {
      const known = dependents.get(need);
      if (known === undefined) dependents.set(need, [address]);
      else known.push(address);
    }
  }
  const found = new Set<Address>();
  const open = sources.map(({ address }) => address);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const address of dependents.get(next) ?? []) {
      if (found.has(address)) continue;
      found.add(address);
      open.push(address);
    }
  }
  return found;
}

/** Throws RESOURCE_NOT_FOUND for a name of which nothing is recorded. */
export function chooseNamed(
  recorded: ReadonlyMap<Address, ResourceRecord>,
  names: readonly string[],
): ResourceRecord[] {
  const all = [...recorded.values()];
  const found = new Set<ResourceRecord>();
  for (const name of names) {
    const meant = all.filter(({ label, address, id }) => [label, address, id].includes(name));
    if (meant.length === 0) throw notRecorded(name, all);
    for (const record of meant) found.add(record);
  }
  return [...found];
}

function notRecorded(name: string, all: readonly ResourceRecord[]): BiotopeError {
  const labels = all.map(({ label }) => label);
  const hint = didYouMean(name, labels) ?? '"biotope environment show" lists what it has.';
  return new BiotopeError('RESOURCE_NOT_FOUND', {
    message: `The environment has no resource ${JSON.stringify(name)}. ${hint}`,
    facts: { resource: name },
  });
}
