import { messageOf } from '../../model/thrown.ts';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { ConsulClient } from '../../platform/consul/client.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Registration, Registry, ServiceInstance } from '../registry.ts';
import { createAgent, type RegistrySettings } from './agent.ts';

export interface ConsulRegistryOptions {
  client: ConsulClient;
  clock: Clock;
  log: Logger;
  settings: RegistrySettings;
}

/** Of the time after which silence counts: two looks may fail. */
const LOOKS_PER_TTL = 3;

/** Who ends waits no longer for a Consul that hangs: it drops the instance by itself. */
const LEAVE_MS = 1_000;

/**
 * Registers with an agent of Consul. States of a registration:
 *
 *   unknown -> registered (it was told to the agent) -> unknown (the agent forgot it, or is away, or
 *                                                               there is another token)
 *   unknown | registered -> left
 */
export function createConsulRegistry(options: ConsulRegistryOptions): Registry {
  return { keep: (instance) => keep(instance, options) };
}

function keep(
  instance: ServiceInstance,
  { client, clock, log, settings }: ConsulRegistryOptions,
): Registration {
  const agent = createAgent(client, instance, settings);
  const leaving = new AbortController();
  let isRegistered = false;
  let isTold = false;
  let timer: Timer | undefined;
  let looking = Promise.resolve();

  async function look(): Promise<void> {
    try {
      if (isRegistered) isRegistered = await agent.confirm(leaving.signal);
      if (!isRegistered) await register();
      isTold = false;
    } catch (error) {
      if (leaving.signal.aborted) return;
      // Once for each time it is away, or refuses.
      if (!isTold)
        log.warn({ reason: messageOf(error) }, 'this server is not registered in Consul');
      isTold = true;
    } finally {
      if (!leaving.signal.aborted) timer = clock.setTimer(settings.ttlMs / LOOKS_PER_TTL, begin);
    }
  }

  async function register(): Promise<void> {
    await agent.register(leaving.signal);
    isRegistered = true;
    log.info({ service: instance.name, serviceId: instance.id }, 'registered in Consul');
  }

  function begin(): void {
    looking = look();
  }

  // The agent speaks for an instance with the token that it was registered with.
  const hearNoMore = client.onToken?.(() => {
    isRegistered = false;
  });

  begin();
  return {
    isRegistered: () => isRegistered,
    leave: async () => {
      leaving.abort();
      hearNoMore?.();
      timer?.cancel();
      await looking;
      isRegistered = false;
      const over = new AbortController();
      const limit = clock.setTimer(LEAVE_MS, () => over.abort(new Error('it does not answer')));
      try {
        await agent.deregister(over.signal);
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'Consul was not told that this server ends');
      } finally {
        limit.cancel();
      }
    },
  };
}
