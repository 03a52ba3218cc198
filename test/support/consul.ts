import { onTestFinished } from 'vitest';
import { createBreaker } from '../../src/platform/breaker/breaker.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type ConsulClient, createConsulClient } from '../../src/platform/consul/client.ts';
import { systemIds } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/logger.ts';

const SETTINGS = { failuresMin: 3, windowMs: 30_000, callTimeoutMs: 5_000, probeEveryMs: 200 };

export interface ConsulAt {
  url: string;
  token?: string | undefined;
  datacenter?: string | undefined;
  callTimeoutMs?: number;
}

/** A client of a real Consul, closed after the test. */
export function consulClient({ url, token, datacenter, callTimeoutMs }: ConsulAt): ConsulClient {
  const client = createConsulClient({
    url,
    token: () => token ?? null,
    datacenter: datacenter ?? null,
    breaker: (probe) =>
      createBreaker({
        system: 'consul',
        title: 'Consul',
        settings: { ...SETTINGS, callTimeoutMs: callTimeoutMs ?? SETTINGS.callTimeoutMs },
        clock: systemClock,
        log: silentLogger,
        probe,
      }),
  });
  onTestFinished(() => client.close());
  return client;
}

/** Where nobody else keeps keys. */
export function ownPrefix(): string {
  return `biotope-test/${systemIds()}`;
}

/** Removes what a test left below a prefix. */
export async function removeKeys({
  url,
  datacenter,
  prefix,
}: ConsulAt & { prefix: string }): Promise<void> {
  const dc = datacenter === undefined ? '' : `&dc=${datacenter}`;
  await fetch(`${url}/v1/kv/${prefix}/?recurse=true${dc}`, { method: 'DELETE' });
}
