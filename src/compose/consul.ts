import { isBiotopeError } from '../model/errors.ts';
import type { ConsulClient } from '../platform/consul/client.ts';
import { KEY_VALUE } from '../systems/systems.ts';
import { type GuardTerms, loadGuard } from './guard.ts';
import { type LeasedTerms, openLeased } from './leased.ts';

/**
 * The one way of a process to Consul: keys, registration and health share a breaker. Undefined where no
 * Consul is configured; it need not answer yet.
 */
export async function openConsul(terms: LeasedTerms): Promise<ConsulClient | undefined> {
  const { url, vaultPath } = terms.config.consul;
  if (url === null) return undefined;
  return vaultPath === null ? connect(terms, url) : connectWithLeased(terms, url, vaultPath);
}

async function connect(
  terms: GuardTerms,
  url: string,
  token: () => string | null | Promise<string> = () => terms.config.consul.token,
): Promise<ConsulClient> {
  const { createConsulClient } = await import('../platform/consul/client.ts');
  const guard = await loadGuard(terms);
  return createConsulClient({
    url,
    token,
    datacenter: terms.config.consul.datacenter,
    breaker: (probe) => guard({ system: 'consul', title: 'Consul', behind: [KEY_VALUE], probe }),
  });
}

/** With tokens that Vault makes. One that Consul does not take may have been revoked: once more. */
async function connectWithLeased(
  terms: LeasedTerms,
  url: string,
  path: string,
): Promise<ConsulClient> {
  const leased = await openLeased(terms, { path, setting: 'consul.vaultPath' });
  const token = async () => {
    const { token: text } = await leased.read();
    return typeof text === 'string' ? text : '';
  };
  const client = await connect(terms, url, token);
  return {
    ...client,
    onToken: leased.onChange,
    ask: async (request, work) => {
      try {
        return await client.ask(request, work);
      } catch (error) {
        if (!isBiotopeError(error, 'SYSTEM_FORBIDDEN')) throw error;
        leased.doubt();
        return client.ask(request, work);
      }
    },
    close: () => {
      client.close();
      void leased.close();
    },
  };
}
