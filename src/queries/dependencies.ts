import { BiotopeError } from '../model/errors.ts';
import { externalKey, type ResourceRecord, resourceKey } from '../model/resource.ts';
import type { Closure, ClosureQuery, Store } from '../store/store.ts';
import { findResource } from './find-resource.ts';

export interface DependencyRequest {
  /** `demo/web`, or `external:payments-api`. */
  of: string;
  direction: ClosureQuery['direction'];
  /** Absent: as far as they lead. */
  depth?: number | undefined;
  limit: number;
}

/** What a resource needs, or what needs it, directly or not, in whichever environments. */
export interface DependencyView extends Closure {
  /** Where it begins: a key of the dependency graph. */
  key: string;
  direction: ClosureQuery['direction'];
  /** By key; what others own has none. */
  resources: ReadonlyMap<string, ResourceRecord>;
}

const EXTERNAL = /^external:(.+)$/s;

export async function viewDependencies(
  store: Store,
  { of, direction, depth, limit }: DependencyRequest,
): Promise<DependencyView> {
  const key = await keyOf(store, of);
  const bound = depth === undefined ? {} : { depthMax: depth };
  const closure = await store.closure({ key, direction, limit, ...bound });
  const keys = [key, ...closure.nodes.map((node) => node.key)];
  const found = await Promise.all(keys.map((one) => store.get('resources', one)));
  const resources = found.flatMap((stored, at) =>
    stored === undefined ? [] : [[keys[at] ?? '', stored.value] as const],
  );
  return { key, direction, ...closure, resources: new Map(resources) };
}

async function keyOf(store: Store, of: string): Promise<string> {
  const name = EXTERNAL.exec(of)?.[1];
  if (name === undefined) {
    const { environment, address } = await findResource(store, of);
    return resourceKey(environment, address);
  }
  const key = externalKey(name);
  const { nodes } = await store.closure({ key, direction: 'dependents', depthMax: 1, limit: 1 });
  if (nodes.length > 0) return key;
  throw new BiotopeError('RESOURCE_NOT_FOUND', {
    message:
      `No environment uses an external resource ${name}. "biotope resource list --executor ` +
      'external" shows those that are used.',
    facts: { external: name },
  });
}
