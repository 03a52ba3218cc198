import type { Config } from '../config/schema.ts';
import { createBreaker } from '../platform/breaker/breaker.ts';
import { systemClock } from '../platform/clock.ts';
import type { ConsulClient } from '../platform/consul/client.ts';
import type { Logger } from '../platform/logger.ts';

/**
 * The one way of a process to Consul: keys, registration and health share a breaker. Undefined where no
 * Consul is configured; it need not answer yet.
 */
export async function openConsul({
  config,
  log,
}: {
  config: Config;
  log: Logger;
}): Promise<ConsulClient | undefined> {
  const { url, token, datacenter } = config.consul;
  if (url === null) return undefined;
  const { createConsulClient } = await import('../platform/consul/client.ts');
  return createConsulClient({
    url,
    token: () => token,
    datacenter,
    breaker: (probe) =>
      createBreaker({
        system: 'consul',
        title: 'Consul',
        settings: config.breaker,
        clock: systemClock,
        log,
        probe,
      }),
  });
}
