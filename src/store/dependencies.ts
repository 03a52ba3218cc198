import { type ResourceRecord, resourceKey } from '../model/resource.ts';

/** A resource's edges in the dependency graph: the keys of the resources it needs. */
export function dependencyKeys(
  resource: Pick<ResourceRecord, 'environment' | 'dependsOn'>,
): string[] {
  return resource.dependsOn.map((address) => resourceKey(resource.environment, address));
}
