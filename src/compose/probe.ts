import type { StatusEndpoint } from '../model/template.ts';
import type { ConsulClient } from '../platform/consul/client.ts';
import { createConsulProbe } from '../probe/consul/consul-probe.ts';
import { createNetworkProbe } from '../probe/network/network-probe.ts';
import type { Probe } from '../probe/probe.ts';

/** Each kind of status endpoint is asked where it is known. */
export function createProbe(consul: ConsulClient | undefined): Probe {
  const network = createNetworkProbe();
  const services = consul === undefined ? noConsul : createConsulProbe(consul);
  return (endpoint, timeoutMs, signal) =>
    (endpoint.kind === 'consul' ? services : network)(endpoint, timeoutMs, signal);
}

/** What was built with a Consul is asked about by a process that is not told where it is. */
const noConsul: Probe = async () => ({
  alive: false,
  detail: 'no Consul is configured here (consul.url)',
});

/** What the probe can ask about. */
export function endpointKinds(consulUrl: string | null): ReadonlySet<StatusEndpoint['kind']> {
  return new Set(['http', 'tcp', ...(consulUrl === null ? [] : (['consul'] as const))]);
}
