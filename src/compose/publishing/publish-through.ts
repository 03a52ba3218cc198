import type { Published } from '../../catalog/publish.ts';
import type { Config } from '../../config/schema.ts';
import { tokenOf } from '../../config/target.ts';
import { systemClock } from '../../platform/clock.ts';
import { systemRandom } from '../../platform/ids.ts';
import type { Logger } from '../../platform/logger.ts';
import { createApiClient } from '../../remote/client/client.ts';
import { publishOnServer } from '../../remote/publish.ts';
import type { PublishOptions } from './publish-options.ts';

/** By the server that drives the data folder. One with tokens wants that of BIOTOPE_TOKEN. */
export async function publishThrough(
  url: string,
  source: string,
  options: PublishOptions & { signal: AbortSignal; config: Config; log: Logger },
): Promise<Published> {
  const { config, log, signal, ...how } = options;
  const token = tokenOf(process.env) ?? null;
  const clock = systemClock;
  const random = systemRandom;
  const client = createApiClient({ url, token, host: process.env, signal, clock, random, log });
  try {
    return await publishOnServer(client, source, { ...how, limits: config.limits });
  } finally {
    client.close();
  }
}
