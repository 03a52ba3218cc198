import type { Address } from '../model/address.ts';
import type { Store } from '../store/store.ts';

/** Whether a resource with this identity is recorded in an environment that lives. */
export async function isRecorded(
  store: Store,
  { environment, identity }: { environment: string; identity: Address },
): Promise<boolean> {
  const found = await store.get('environments', environment);
  if (found === undefined || found.value.status === 'destroyed') return false;
  const resources = await store.find('resources', { where: { environment } });
  return resources.some(({ value }) => value.identity === identity);
}
