import type { ConsulClient } from '../platform/consul/client.ts';
import { KEY_VALUE } from '../systems/systems.ts';
import { type GuardTerms, loadGuard } from './guard.ts';

/**
 * The one way of a process to Consul: keys, registration and health share a breaker. Undefined where no
 * Consul is configured; it need not answer yet.
 */
export async function openConsul(terms: GuardTerms): Promise<ConsulClient | undefined> {
  const { url, token, datacenter } = terms.config.consul;
  if (url === null) return undefined;
  const { createConsulClient } = await import('../platform/consul/client.ts');
  const guard = await loadGuard(terms);
  return createConsulClient({
    url,
    token: () => token,
    datacenter,
    breaker: (probe) => guard({ system: 'consul', title: 'Consul', behind: [KEY_VALUE], probe }),
  });
}
