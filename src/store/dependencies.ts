import { externalKey, type ResourceRecord, resourceKey } from '../model/resource.ts';

/**
 * A resource's edges in the dependency graph: the keys of the resources it needs. One that stands for
 * what others own needs that, which is the same node for every environment.
 */
export function dependencyKeys({
  environment,
  dependsOn,
  external,
}: Pick<ResourceRecord, 'environment' | 'dependsOn' | 'external'>): string[] {
  const own = dependsOn.map((address) => resourceKey(environment, address));
  return external ? [...own, externalKey(external)] : own;
}
