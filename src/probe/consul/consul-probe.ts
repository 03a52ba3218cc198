import { isBiotopeError } from '../../model/errors.ts';
import { readServiceTarget, type ServiceTarget } from '../../model/service-target.ts';
import { messageOf } from '../../model/thrown.ts';
import type { ConsulClient } from '../../platform/consul/client.ts';
import type { Probe, ProbeAnswer } from '../probe.ts';

/**
 * Asks Consul how many instances of a service are well. Where Consul itself is away nothing is known of
 * the service.
 */
export function createConsulProbe(client: ConsulClient): Probe {
  return async ({ target }, timeoutMs, signal) => {
    const wanted = readServiceTarget(target);
    if (wanted === undefined) return { alive: false, detail: 'the target names no service' };
    try {
      return judge(wanted, await passing(client, wanted, { timeoutMs, signal }));
    } catch (error) {
      const isAway = isBiotopeError(error, 'SYSTEM_UNAVAILABLE');
      const detail = messageOf(error);
      return { alive: false, detail, ...(isAway ? { away: client.breaker.system } : {}) };
    }
  };
}

async function passing(
  client: ConsulClient,
  { service, tag, datacenter }: ServiceTarget,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<number> {
  const right = `service "${service}" { policy = "read" }, node_prefix "" { policy = "read" }`;
  const request = { right, signal, timeoutMs, datacenter: datacenter ?? undefined };
  const filter = { service, passing: true, ...(tag === null ? {} : { tag }) };
  const found = await client.ask(request, (consul, terms) =>
    consul.health.service({ ...filter, ...terms }),
  );
  return found.length;
}

function judge({ minPassing, service }: ServiceTarget, count: number): ProbeAnswer {
  const detail =
    count === 0
      ? `no instance of ${service} is passing in Consul`
      : `${count} of ${service} passing in Consul, wanted ${minPassing}`;
  return { alive: count >= minPassing, detail };
}
