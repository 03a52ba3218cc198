import type { Config } from '../../config/schema.ts';
import { systemClock } from '../../platform/clock.ts';
import type { ConsulClient } from '../../platform/consul/client.ts';
import type { Logger } from '../../platform/logger.ts';
import { createConsulRegistry } from '../../registry/consul/consul-registry.ts';
import type { Registration, ServiceInstance } from '../../registry/registry.ts';

export interface Registrant {
  version: string;
  /** Another one at each start. */
  instance: string;
  role: 'primary' | 'secondary';
  /** Where the API answers on this machine. */
  url: string;
}

/** Tells other programs through Consul where this server is. */
export function register(
  config: Config,
  registrant: Registrant,
  { consul: client, log }: { consul: ConsulClient; log: Logger },
): Registration {
  const { ttlMs, forgetAfterMs } = config.consul;
  const settings = { ttlMs, forgetAfterMs };
  const registry = createConsulRegistry({ client, clock: systemClock, log, settings });
  return registry.keep(instanceOf(config, registrant));
}

function instanceOf(config: Config, { version, instance, role, url }: Registrant): ServiceInstance {
  const { service, check } = config.consul;
  const { host, port } = advertised(config, url);
  const reached = host === '' ? new URL(url).hostname : host;
  return {
    id: `${service}-${instance}`,
    name: service,
    host: host.replace(/^\[|\]$/g, ''),
    port,
    tags: [role, `version-${version}`],
    meta: { api: '/api/v1', instance, version },
    checkUrl: check === 'http' ? `http://${reached}:${port}/readyz` : null,
  };
}

const EVERY_ADDRESS = new Set(['0.0.0.0', '[::]']);

/** What listens on every address is found where its agent is: that is its machine. */
function advertised({ server }: Config, url: string): { host: string; port: number } {
  const { hostname, port } = new URL(
    server.advertise === null ? url : `http://${server.advertise}`,
  );
  const host = EVERY_ADDRESS.has(hostname) ? '' : hostname;
  return { host, port: Number(port === '' ? '80' : port) };
}
