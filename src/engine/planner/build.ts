import { type Address, addressOf } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { ResourceState } from '../../model/expression/scope.ts';
import { generations } from '../../model/graph.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Limits } from '../../model/limits.ts';
import { isAmbiguous, type ResourceRecord } from '../../model/resource.ts';
import type { ResourceTemplate, Template } from '../../model/template.ts';
import { answerTo, type Wishes } from './asked.ts';
import { fingerprintOf } from './fingerprint.ts';
import { withJoints } from './joints.ts';
import type { PlannedResource } from './plan.ts';
import { whyChanged } from './reasons.ts';
import { createScopes, type Scopes } from './scope.ts';

export interface BuildFacts {
  environment: { name: string; description: string; tags: string[] };
  template: Template;
  parameters: JsonObject;
  recorded: ReadonlyMap<Address, ResourceRecord>;
  /** Of records that were moved. */
  labelsBefore: ReadonlyMap<Address, string>;
  asked: Wishes;
  /** Whether the executor of a record can find out how a lost attempt ended. */
  canInspect(record: ResourceRecord): boolean;
  limits: Limits;
}

/**
 * The desired graph against the recorded one, in the order in which it is built. A resource whose
 * inputs depend on outputs that this plan may still change is `decide`: nothing is invented for it.
 */
export function planBuild(facts: BuildFacts): PlannedResource[] {
  const planned: PlannedResource[] = [];
  const states = new Map<string, ResourceState>();
  const scopes = createScopes({
    ...facts,
    stateOf: (id) => states.get(id),
    version: () => states.size,
  });
  const byId = new Map(facts.template.resources.map((resource) => [resource.id, resource]));
  /** What has to be waited for, by the id that is needed. */
  const addressesOf = new Map<string, Address[]>();

  const identities = new Set([...facts.recorded.values()].map(({ identity }) => identity));
  let dependencies = 0;
  for (const id of buildOrder(facts.template)) {
    const resource = byId.get(id);
    if (resource === undefined) continue;
    const after = [...new Set(resource.needs.flatMap((need) => addressesOf.get(need) ?? []))];
    const count = countOf(resource, scopes);
    // Before anything is made of it: a count comes from outside.
    if (planned.length + (count ?? 1) > facts.limits.resourcesPerEnvironmentMax) {
      throw tooMany(facts.limits);
    }
    dependencies += after.length * (count ?? 1);
    if (dependencies > facts.limits.dependenciesPerEnvironmentMax) throw tooEntangled(facts.limits);
    const instances = range(count ?? 1).map((index) =>
      planOne(resource, { index, counted: count !== null, scopes, after, facts, identities }),
    );
    planned.push(...instances);
    // Where there is none of it, what needs it still comes after what it would have needed.
    addressesOf.set(id, instances.length === 0 ? after : instances.map((one) => one.address));
    states.set(id, knownOutputs(instances, count !== null));
  }
  return withJoints(planned);
}

function buildOrder(template: Template): string[] {
  return generations(
    new Map(template.resources.map((resource) => [resource.id, resource.needs])),
  ).flat();
}

interface Place {
  index: number;
  counted: boolean;
  scopes: Scopes;
  after: Address[];
  facts: BuildFacts;
  /** Of all that is recorded. */
  identities: ReadonlySet<Address>;
}

function planOne(resource: ResourceTemplate, place: Place): PlannedResource {
  const address = addressOf(resource.id, place.index);
  const recorded = place.facts.recorded.get(address) ?? null;
  const resolved = place.scopes.resolveSpec(resource, place.index);
  const spec = resolved.known ? (resolved.value as JsonObject) : null;
  const fingerprint = spec === null ? null : fingerprintOf(resource, spec);
  const label = place.counted ? address : resource.id;
  const labelBefore = place.facts.labelsBefore.get(address);
  const base = {
    address,
    identity: recorded?.identity ?? newIdentity(address, place.identities),
    movedFrom: labelBefore === undefined || labelBefore === label ? null : labelBefore,
    label,
    id: resource.id,
    index: place.index,
    counted: place.counted,
    executor: resource.executor,
    pool: resource.pool,
    protect: isProtected(resource, place.scopes),
    after: place.after,
    spec,
    fingerprint,
    resource,
    recorded,
    adopt: null,
    isJoint: false,
  };
  const answer = answerTo(place.facts.asked, base);
  if (recorded === null) {
    return { ...base, action: 'create', reason: reasonToCreate(resource, place.facts), ...answer };
  }
  refuseOtherExecutor(resource, recorded);
  refuseUninspectable(recorded, place.facts.canInspect(recorded));
  if (answer !== null) return { ...base, ...answer };
  if (!resolved.known && isSettled(recorded)) {
    const sources = resolved.waitsFor.map((id) => `outputs of ${id}`).join(', ');
    return { ...base, action: 'decide', reason: `known after deploy: ${sources}` };
  }
  if (isSettled(recorded) && recorded.fingerprint === fingerprint) {
    // What is recorded is equal: the copies are not kept.
    const { spec: same } = recorded;
    return { ...base, spec: same, action: 'leave', reason: 'unchanged' };
  }
  return { ...base, action: 'change', reason: whyChanged(recorded, spec, resource) };
}

function reasonToCreate(
  { external, movedFrom }: ResourceTemplate,
  { recorded }: BuildFacts,
): string {
  if (external !== null) return 'others own it: only asked whether it lives';
  if (movedFrom.length === 0 || recorded.size === 0) return 'new';
  return `new: nothing is recorded as ${movedFrom.join(' or ')} (movedFrom)`;
}

/** A resource that was moved keeps its first address as identity: then its old id needs another. */
function newIdentity(address: Address, taken: ReadonlySet<Address>): Address {
  let identity = address;
  for (let number = 2; taken.has(identity); number += 1) identity = `${address}~${number}`;
  return identity;
}

function isSettled(recorded: ResourceRecord): boolean {
  return recorded.status === 'ok' && recorded.fingerprint !== null;
}

function countOf(resource: ResourceTemplate, scopes: Scopes): number | null {
  if (resource.count === null) return null;
  const resolved = scopes.resolve(resource.count, resource.prefix, null);
  const count = resolved.known ? resolved.value : undefined;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
  throw new BiotopeError('EXPRESSION_FAILED', {
    message:
      `The count of resource ${resource.id} is ${JSON.stringify(count ?? null)}: ` +
      `it must be a whole number of at least 0 that is known before the run.`,
    facts: { resource: resource.id },
  });
}

function isProtected({ id, protect, prefix }: ResourceTemplate, scopes: Scopes): boolean {
  if (typeof protect === 'boolean') return protect;
  const resolved = scopes.resolve(protect, prefix, null);
  if (resolved.known && typeof resolved.value === 'boolean') return resolved.value;
  throw new BiotopeError('EXPRESSION_FAILED', {
    message: `"protect" of resource ${id} must be true or false, known before the run.`,
    facts: { resource: id },
  });
}

function knownOutputs(instances: PlannedResource[], counted: boolean): ResourceState {
  if (instances.some((instance) => instance.action !== 'leave')) return 'unknown';
  const outputs = instances.map((instance) => ({ outputs: instance.recorded?.outputs ?? {} }));
  return counted ? outputs : (outputs[0] ?? 'unknown');
}

function refuseOtherExecutor(resource: ResourceTemplate, recorded: ResourceRecord): void {
  if (resource.executor === recorded.executor) return;
  throw new BiotopeError('EXECUTOR_CHANGED', {
    message:
      `Resource ${recorded.label} was made by ${recorded.executor} and the template now asks for ` +
      `${resource.executor}. Give it another id: the new one is built first, the old one removed after.`,
    facts: { address: recorded.address },
  });
}

/** An outcome that only a person can tell is not repeated blindly, nor destroyed blindly. */
export function refuseUninspectable(recorded: ResourceRecord, canInspect: boolean): void {
  if (!isAmbiguous(recorded) || canInspect) return;
  throw new BiotopeError('RESOURCE_UNKNOWN', {
    message:
      `It is not known how the last attempt on ${recorded.label} ended, and its executor cannot ` +
      `find out. Look at it, then say: biotope run resolve ${recorded.runId} ${recorded.label} ` +
      `--as done (or --as not-started).`,
    facts: { address: recorded.address, run: recorded.runId },
  });
}

function tooMany(limits: Limits): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `The environment would have more than ${limits.resourcesPerEnvironmentMax} resources. ` +
      `Lower a count, or raise limits.resourcesPerEnvironmentMax.`,
  });
}

function tooEntangled(limits: Limits): BiotopeError {
  return new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `The environment would have more than ${limits.dependenciesPerEnvironmentMax} dependencies ` +
      `between resources. Let many depend on one that depends on many, or raise ` +
      `limits.dependenciesPerEnvironmentMax.`,
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
