import { addressOf, parseAddress } from '../model/address.ts';
import { BiotopeError } from '../model/errors.ts';
import { type ResourceRecord, resourceKey } from '../model/resource.ts';
import type { Store } from '../store/store.ts';
import { findEnvironment, otherLabels, resourcesOf } from './lookup.ts';

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
