import { resourceLabel } from '../../../documents/documents.ts';
import { didYouMean } from '../../../model/nearest.ts';
import { type ResourceRecord, type ResourceStatus, resourceKey } from '../../../model/resource.ts';
import { findEnvironment, groupsOf } from '../../../queries/lookup.ts';
import type { Store } from '../../../store/store.ts';
import { type ResourceList, resourceListDocument, resourceTable } from '../../pages/resources.ts';
import type { Answer } from '../../session.ts';

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
): Promise<Answer> {
  const list = await fitting(store, filter, limit);
  return {
    lines: (palette) => resourceTable(list, palette),
    document: resourceListDocument(list),
    names: list.resources.map(resourceLabel),
  };
}

async function fitting(store: Store, filter: ResourceFilter, limit: number): Promise<ResourceList> {
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
    const groups = environment === undefined ? [] : await groupsOf(store, environment.value);
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
