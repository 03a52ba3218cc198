import { addressOf, parseAddress } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import { RESOURCES_PER_ENVIRONMENT_CEILING } from '../../model/limits.ts';
import { didYouMean } from '../../model/nearest.ts';
import { type ResourceRecord, type ResourceStatus, resourceKey } from '../../model/resource.ts';
import { stepKey } from '../../model/step.ts';
import { type ResourceGroup, type TemplateReference, templateKey } from '../../model/template.ts';
import type { Store } from '../../store/store.ts';
import type { PastStep, ResourceList, ResourceView } from '../pages/resources.ts';
import { findEnvironment, otherLabels, resourcesOf, runsOf } from './lookup.ts';

/** The resource that `demo/web` or `demo/web[0]` names. */
export async function findResource(store: Store, reference: string): Promise<ResourceRecord> {
  const [, environment = '', name = ''] = /^([^/]+)\/(.+)$/s.exec(reference) ?? [];
  if (environment === '') throw await noEnvironmentNamed(store, reference);
  await findEnvironment(store, environment);
  const direct = await recordAt(store, environment, name);
  if (direct !== undefined) return direct;
  const all = await resourcesOf(store, environment);
  const labels = all.map(({ label }) => label);
  const hint = otherLabels(name, labels) ?? `It has ${labels.slice(0, 20).join(', ') || 'none'}.`;
  throw new BiotopeError('RESOURCE_NOT_FOUND', {
    message: `Environment ${environment} has no resource ${name}. ${hint}`,
    facts: { environment, resource: name },
  });
}

const ENVIRONMENTS_LOOKED_AT_MAX = 100;

/** The same resource of several environments is each of them; which was meant, nobody can tell. */
async function noEnvironmentNamed(store: Store, reference: string): Promise<BiotopeError> {
  const environments = await store.find('environments', { limit: ENVIRONMENTS_LOOKED_AT_MAX });
  const found: string[] = [];
  for (const { value } of environments) {
    const resource = await recordAt(store, value.name, reference);
    if (resource !== undefined) found.push(`${resource.environment}/${resource.label}`);
    if (found.length === MEANT_MAX) break;
  }
  const [example = 'demo/web'] = found;
  const hint =
    found.length === 0
      ? '"biotope resource list" shows those that exist.'
      : `Did you mean ${found.join(' or ')}?`;
  return new BiotopeError('USAGE', {
    message: `${JSON.stringify(reference)} names no resource: write ENVIRONMENT/RESOURCE, such as ${example}. ${hint}`,
  });
}

const MEANT_MAX = 3;

/** Without looking through all of the environment. `web` is no name of what has a count. */
async function recordAt(
  store: Store,
  environment: string,
  name: string,
): Promise<ResourceRecord | undefined> {
  const parts = parseAddress(name);
  if (parts === undefined) return undefined;
  const address = addressOf(parts.id, parts.index);
  const found = (await store.get('resources', resourceKey(environment, address)))?.value;
  return found?.label === name || found?.address === name ? found : undefined;
}

/** What a resource must be; without a value anything. */
export interface ResourceFilter {
  environment?: string | undefined;
  /** All of them. */
  tag?: readonly string[] | undefined;
  executor?: string | undefined;
  status?: ResourceStatus | undefined;
  /** A group of the template that its environment is made from. */
  group?: string | undefined;
}

const PAGE_RECORDS = 1_000;

/** In the order of environments and addresses; where there is none, with what may have been meant. */
export async function listResources(
  store: Store,
  filter: ResourceFilter,
  limit: number,
): Promise<ResourceList> {
  const { environment, status } = filter;
  if (environment !== undefined) await findEnvironment(store, environment);
  const where = {
    ...(environment === undefined ? {} : { environment }),
    ...(status === undefined ? {} : { status }),
  };
  const seen = createSeen();
  const isMember = createMembership(store, filter.group, seen.groups);
  const resources: ResourceRecord[] = [];
  for await (const resource of eachResource(store, where)) {
    seen.note(resource);
    if (!fits(resource, filter) || !(await isMember(resource))) continue;
    if (resources.length === limit) return { resources, truncated: true, hints: [] };
    resources.push(resource);
  }
  const hints = resources.length === 0 ? seen.hintsFor(filter) : [];
  return { resources, truncated: false, hints };
}

const NAMES_SEEN_MAX = 1_000;

/** What resources are made by, tagged with and grouped in, to tell what a filter that fits none may have meant. */
function createSeen() {
  const [executors, tags, groups] = [new Set<string>(), new Set<string>(), new Set<string>()];
  return {
    groups,
    note(resource: ResourceRecord) {
      executors.add(resource.executor);
      for (const tag of tags.size < NAMES_SEEN_MAX ? resource.tags : []) tags.add(tag);
    },
    hintsFor: ({ executor, tag = [], group }: ResourceFilter) => [
      ...(group === undefined ? [] : hintFor('is of the group', group, groups)),
      ...(executor === undefined ? [] : hintFor('is made by', executor, executors)),
      ...tag.flatMap((one) => hintFor('has the tag', one, tags)),
    ],
  };
}

function hintFor(what: string, name: string, seen: ReadonlySet<string>): string[] {
  if (seen.has(name)) return [];
  const hint = didYouMean(name, seen);
  const told = `None of those looked at ${what} ${JSON.stringify(name)}.`;
  return [hint === null ? told : `${told} ${hint}`];
}

/** Page by page: all environments together may hold very many. */
async function* eachResource(
  store: Store,
  where: { environment?: string; status?: ResourceStatus },
): AsyncGenerator<ResourceRecord> {
  let afterKey = '';
  for (;;) {
    const page = await store.find('resources', { where, afterKey, limit: PAGE_RECORDS });
    for (const { value } of page) yield value;
    const last = page.at(-1)?.value;
    if (last === undefined || page.length < PAGE_RECORDS) return;
    afterKey = resourceKey(last.environment, last.address);
  }
}

function fits(resource: ResourceRecord, { tag = [], executor }: ResourceFilter): boolean {
  if (executor !== undefined && resource.executor !== executor) return false;
  return tag.every((one) => resource.tags.includes(one));
}

/** Whether a resource belongs to the group, by the template its environment is made from now. `seen`: names of groups. */
function createMembership(store: Store, group: string | undefined, seen: Set<string>) {
  const members = new Map<string, Promise<ReadonlySet<string>>>();
  const membersIn = async (name: string): Promise<ReadonlySet<string>> => {
    const environment = await store.get('environments', name);
    const groups = await groupsOf(store, environment?.value.template ?? null);
    for (const { name: one } of groups) seen.add(one);
    return new Set(groups.find((one) => one.name === group)?.resources);
  };
  return async ({ environment, id }: ResourceRecord): Promise<boolean> => {
    if (group === undefined) return true;
    const known = members.get(environment) ?? membersIn(environment);
    members.set(environment, known);
    const ids = await known;
    return ids.has(id) || [...ids].some((member) => id.startsWith(`${member}/`));
  };
}

async function groupsOf(
  store: Store,
  reference: TemplateReference | null,
): Promise<readonly ResourceGroup[]> {
  if (reference === null) return [];
  const record = await store.get('templates', templateKey(reference));
  return record?.value.template.groups ?? [];
}

const RUNS_LOOKED_AT_MAX = 100;

/** Its own, and those that it had before its template gave it another id. */
async function addressesOf(store: Store, resource: ResourceRecord): Promise<string[]> {
  const { address, identity, id, index, template } = resource;
  const record = await store.get('templates', templateKey(template));
  const declared = record?.value.template.resources.find((one) => one.id === id);
  const former = (declared?.movedFrom ?? []).map((before) => addressOf(before, index));
  return [...new Set([address, ...former, identity])];
}

/** Newest first. Runs that left the resource alone have no step for it. */
async function lastSteps(
  store: Store,
  resource: ResourceRecord,
  limit: number,
): Promise<PastStep[]> {
  const { environment, identity } = resource;
  const addresses = await addressesOf(store, resource);
  const steps: PastStep[] = [];
  for (const run of await runsOf(store, { environment, limit: RUNS_LOOKED_AT_MAX })) {
    const found = await Promise.all(
      addresses.map((address) => store.get('steps', stepKey(run.id, address))),
    );
    const own = found.find((stored) => stored?.value.identity === identity);
    if (own !== undefined) steps.push({ run, step: own.value });
    if (steps.length === limit) break;
  }
  return steps;
}

const STEPS_SHOWN_MAX = 5;

export async function viewResource(store: Store, reference: string): Promise<ResourceView> {
  const resource = await findResource(store, reference);
  const key = resourceKey(resource.environment, resource.address);
  const neighbours = async (direction: 'dependencies' | 'dependents') => {
    // Neighbours are of its own environment: these are all.
    const query = { key, direction, depthMax: 1, limit: RESOURCES_PER_ENVIRONMENT_CEILING };
    const { nodes } = await store.closure(query);
    const found = await Promise.all(nodes.map((node) => store.get('resources', node.key)));
    return found.flatMap((stored) => stored?.value ?? []);
  };
  return {
    resource,
    needs: await neighbours('dependencies'),
    neededBy: await neighbours('dependents'),
    steps: await lastSteps(store, resource, STEPS_SHOWN_MAX),
  };
}
