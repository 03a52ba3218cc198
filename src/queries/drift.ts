import type { EnvironmentRecord } from '../model/environment.ts';
import type { ResourceRecord } from '../model/resource.ts';
import type { Store } from '../store/store.ts';
import { findEnvironment, resourcesOf } from './lookup.ts';

export interface EnvironmentDrift {
  environment: EnvironmentRecord;
  /** Each with what is known of its drift, those that have drifted or not. */
  resources: ResourceRecord[];
}

/** Rejects with ENVIRONMENT_NOT_FOUND. */
export async function readDrift(store: Store, name: string): Promise<EnvironmentDrift> {
  const environment = await findEnvironment(store, name);
  return { environment, resources: await resourcesOf(store, environment.name) };
}
