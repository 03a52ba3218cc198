import type { ConsulClient, ConsulTerms, ConsulWork } from '../../platform/consul/client.ts';
import { answerOf } from '../../platform/consul/failures.ts';
import type { ServiceInstance } from '../registry.ts';

export interface RegistrySettings {
  /** An instance that is silent for longer is not well. */
  ttlMs: number;
  /** One that is not well for longer is dropped by Consul: nobody was left to do it. */
  forgetAfterMs: number;
}

/** What is said to an agent about one instance. */
export interface Agent {
  register(signal: AbortSignal): Promise<void>;
  /** Says that it is well where nobody asks it. False: the agent does not know it. */
  confirm(signal: AbortSignal): Promise<boolean>;
  deregister(signal: AbortSignal): Promise<void>;
}

export function createAgent(
  client: ConsulClient,
  instance: ServiceInstance,
  settings: RegistrySettings,
): Agent {
  const { id, name } = instance;
  const right = `service "${name}" { policy = "write" }`;
  /** An agent speaks of itself: it has no other datacenter. */
  const ask = <T>(signal: AbortSignal, work: ConsulWork<T>) =>
    client.ask({ right, signal }, (consul, { dc: _, ...terms }) => work(consul, terms));

  return {
    register: (signal) =>
      ask(signal, async (consul, terms) => {
        await consul.agent.service.register({
          id,
          name,
          port: instance.port,
          tags: [...instance.tags],
          meta: { ...instance.meta },
          check: checkOf(instance, settings),
          ...(instance.host === '' ? {} : { address: instance.host }),
          ...terms,
        });
      }),
    confirm: (signal) =>
      ask(signal, (consul, terms) =>
        instance.checkUrl === null
          ? pass(() => consul.agent.check.pass({ id: `service:${id}`, ...terms }))
          : isListed(consul, id, terms),
      ),
    deregister: (signal) =>
      ask(signal, async (consul, terms) => {
        await consul.agent.service.deregister({ id, ...terms });
      }),
  };
}

function checkOf({ checkUrl }: ServiceInstance, { ttlMs, forgetAfterMs }: RegistrySettings) {
  const time = `${ttlMs}ms`;
  const asked = checkUrl === null ? { ttl: time } : { http: checkUrl, interval: time };
  return {
    name: 'it is ready',
    // Whoever registers is well.
    status: 'passing',
    deregistercriticalserviceafter: `${forgetAfterMs}ms`,
    timeout: time,
    ...asked,
  };
}

/** An agent that began anew without its data knows no check of that name. */
async function pass(say: () => Promise<unknown>): Promise<boolean> {
  try {
    await say();
    return true;
  } catch (error) {
    if (answerOf(error).statusCode === 404) return false;
    throw error;
  }
}

async function isListed(
  consul: Parameters<ConsulWork<boolean>>[0],
  id: string,
  terms: ConsulTerms,
): Promise<boolean> {
  const services = await consul.agent.service.list({ filter: `ID == "${id}"`, ...terms });
  return Object.hasOwn(services, id);
}
