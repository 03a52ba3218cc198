import { registryHost } from '../executors/terraform/providers/registries.ts';
import { BiotopeError } from '../model/errors.ts';
import type { Breaker } from '../platform/breaker/breaker.ts';
import { systemClock } from '../platform/clock.ts';
import { createHttps, type Host, type HttpsClient } from '../platform/https/https.ts';
import { type GuardTerms, loadGuard } from './guard.ts';

const ANSWER_BYTES_MAX = 256 * 1024;

/** A breaker for each registry of providers that a Terraform could not reach, made when that is told. */
export async function registryBreakers(
  terms: GuardTerms & { host: Host },
): Promise<(system: string) => Breaker | undefined> {
  const guard = await loadGuard(terms);
  let https: HttpsClient | undefined;
  return (system) => {
    const host = registryHost(system);
    if (host === undefined) return undefined;
    https ??= createHttps({ host: terms.host, clock: systemClock });
    const client = https;
    const answerMaxMs = terms.config.breaker.callTimeoutMs;
    return guard({
      system,
      title: `The registry ${host}`,
      probe: async (signal) => {
        const url = new URL(`https://${host}/.well-known/terraform.json`);
        const { status } = await client.ask({
          url,
          signal,
          bytesMax: ANSWER_BYTES_MAX,
          answerMaxMs,
        });
        if (status >= 500) throw awayWith(system, status);
      },
    });
  };
}

function awayWith(system: string, status: number): BiotopeError {
  const message = `It answers with ${status}.`;
  return new BiotopeError('SYSTEM_UNAVAILABLE', { message, facts: { system } });
}
