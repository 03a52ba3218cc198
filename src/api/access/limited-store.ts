import { externalKey } from '../../model/resource.ts';
import type { CollectionName, Collections } from '../../store/records.ts';
import type {
  Closure,
  ClosureQuery,
  EventQuery,
  FindQuery,
  SearchHit,
  SearchQuery,
  SequencedEvent,
  Store,
  Stored,
} from '../../store/store.ts';
import { createSight, RULES, type Sight } from './sight.ts';

/** Read at once at least: of many records only a few may be for whoever asks. */
const LOOKED_AT_ONCE = 200;

/** Nodes or hits that a question is repeated with, so that what is hidden takes no place. */
const FOUND_MAX = 100_000;

/** Events that concern no environment, and that everybody may know. */
const TEMPLATES_SCOPE = '@templates';

/**
 * The store as somebody sees it who is limited to environments with certain tags: what is of others is not
 * there. It is for reading.
 */
export function limitedStore(store: Store, tags: readonly string[]): Store {
  const sight = () => createSight(store, tags);
  const find = createFind(store, sight);
  return {
    get: async (collection, key) => {
      const found = await store.get(collection, key);
      return found !== undefined && (await isSeen(collection, found.value, sight()))
        ? found
        : undefined;
    },
    find,
    events: createEvents(store, sight),
    readLog: async (query) => {
      const run = await store.get('runs', query.runId);
      if (run === undefined || !(await sight().sees(run.value.environment))) return [];
      return store.readLog(query);
    },
    closure: (query) => closure(store, sight(), query),
    search: (query) => search(store, sight(), query),
    publishedThrough: () => store.publishedThrough(),
    changes: async () => [],
    watch: forReading,
    commit: forReading,
    appendLog: forReading,
    markPublished: forReading,
    close: forReading,
  };
}

function forReading(): never {
  throw new Error('the store as somebody sees it is for reading');
}

async function isSeen<C extends CollectionName>(
  collection: C,
  value: Collections[C],
  sight: Sight,
): Promise<boolean> {
  const rule = RULES[collection];
  if (rule === undefined) return false;
  const environment = rule.environmentOf(value);
  return environment === null || sight.sees(environment);
}

/** Reads on until as many are found as were asked for: fewer mean the end. */
function createFind(store: Store, sightOf: () => Sight): Store['find'] {
  return async <C extends CollectionName>(collection: C, query: FindQuery<C> = {}) => {
    const sight = sightOf();
    const seen: Stored<Collections[C]>[] = [];
    const { environment } = (query.where ?? {}) as { environment?: unknown };
    if (typeof environment === 'string' && !(await sight.sees(environment))) return seen;
    for await (const found of recordsOf(store, collection, query)) {
      if (await isSeen(collection, found.value, sight)) seen.push(found);
      if (seen.length === query.limit) break;
    }
    return seen;
  };
}

async function* recordsOf<C extends CollectionName>(
  store: Store,
  collection: C,
  { limit, ...query }: FindQuery<C>,
): AsyncGenerator<Stored<Collections[C]>> {
  const rule = RULES[collection];
  if (rule === undefined) return;
  const atOnce = limit === undefined ? {} : { limit: Math.max(limit, LOOKED_AT_ONCE) };
  for (let after: { afterKey?: string } = {}; ; ) {
    const page = await store.find(collection, { ...query, ...after, ...atOnce });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length !== atOnce.limit) return;
    after = { afterKey: rule.keyOf(last.value) };
  }
}

/**
 * Who follows events asks again and again behind the last one that was told: what was passed over since is
 * not looked at anew.
 */
function createEvents(store: Store, sightOf: () => Sight): Store['events'] {
  const passed = new Map<string, { told: number; through: number }>();
  return async ({ limit, afterSequence = 0, ...where }: EventQuery) => {
    const sight = sightOf();
    const seen: SequencedEvent[] = [];
    if (where.scope !== undefined && !(await isScopeSeen(where.scope, sight))) return seen;
    const key = JSON.stringify(where);
    const before = passed.get(key);
    let through = before?.told === afterSequence ? before.through : afterSequence;
    for await (const one of eventsOf(store, { ...where, afterSequence: through, limit })) {
      through = one.sequence;
      if (await isScopeSeen(one.event.scope, sight)) seen.push(one);
      if (seen.length === limit) break;
    }
    passed.set(key, { told: seen.at(-1)?.sequence ?? afterSequence, through });
    return seen;
  };
}

async function* eventsOf(store: Store, query: EventQuery): AsyncGenerator<SequencedEvent> {
  const limit = Math.max(query.limit, LOOKED_AT_ONCE);
  for (let { afterSequence = 0 } = query; ; ) {
    const page = await store.events({ ...query, afterSequence, limit });
    yield* page;
    if (page.length < limit) return;
    afterSequence = page.at(-1)?.sequence ?? afterSequence;
  }
}

async function isScopeSeen(scope: string, sight: Sight): Promise<boolean> {
  return scope.startsWith('@') ? scope === TEMPLATES_SCOPE : sight.sees(scope);
}

/** What others own is shared and known to all, as far as somebody may see that it is used. */
async function isNodeSeen(key: string, sight: Sight): Promise<boolean> {
  return isExternal(key) || sight.sees(environmentOf(key));
}

const isExternal = (key: string) => key.startsWith(externalKey(''));

/** `demo/web[0]` -> `demo` */
function environmentOf(key: string): string {
  return key.split('/', 1).join('');
}

async function closure(store: Store, sight: Sight, query: ClosureQuery): Promise<Closure> {
  if (!(await isNodeSeen(query.key, sight))) return { nodes: [], edges: [], truncated: false };
  for (let limit = Math.max(query.limit, LOOKED_AT_ONCE); ; limit *= 2) {
    const found = await store.closure({ ...query, limit });
    const seen = await only(found.nodes, ({ key }) => isNodeSeen(key, sight));
    if (found.truncated && seen.length < query.limit && limit < FOUND_MAX) continue;
    const nodes = seen.slice(0, query.limit);
    const told = new Set([query.key, ...nodes.map(({ key }) => key)]);
    return {
      nodes,
      edges: found.edges.filter(({ from, to }) => told.has(from) && told.has(to)),
      truncated: found.truncated || seen.length > nodes.length,
    };
  }
}

async function search(store: Store, sight: Sight, query: SearchQuery): Promise<SearchHit[]> {
  for (let limit = Math.max(query.limit, LOOKED_AT_ONCE); ; limit *= 2) {
    const found = await store.search({ ...query, limit });
    const seen = await only(found, async ({ collection, key }) =>
      collection === 'templates' ? true : sight.sees(environmentOf(key)),
    );
    if (found.length === limit && seen.length < query.limit && limit < FOUND_MAX) continue;
    return seen.slice(0, query.limit);
  }
}

async function only<T>(items: readonly T[], fits: (item: T) => Promise<boolean>): Promise<T[]> {
  const fit: T[] = [];
  for (const item of items) if (await fits(item)) fit.push(item);
  return fit;
}
