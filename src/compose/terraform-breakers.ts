import { backendSystem } from '../executors/terraform/backend-away.ts';
import { registryHost } from '../executors/terraform/providers/registries.ts';
import { BiotopeError } from '../model/errors.ts';
import type { Breaker } from '../platform/breaker/breaker.ts';
import { systemClock } from '../platform/clock.ts';
import { createHttps, type Host } from '../platform/https/https.ts';
import { type GuardTerms, loadGuard } from './guard.ts';
import { backendOf } from './terraform-settings.ts';

const ANSWER_BYTES_MAX = 256 * 1024;

/** `host`: the environment, for its proxy and certificates. */
type Asking = GuardTerms & { host: Host };

/** A breaker for each registry of providers that a Terraform could not reach, made when that is told. */
export async function registryBreakers(
  terms: Asking,
): Promise<(system: string) => Breaker | undefined> {
  const guard = await loadGuard({ ...terms, systems: undefined });
  return (system) => {
    const host = registryHost(system);
    if (host === undefined) return undefined;
    const url = new URL(`https://${host}/.well-known/terraform.json`);
    const probe = probeOf(terms, { system, url });
    return guard({ system, title: `The registry ${host}`, probe });
  };
}

/** Of where Terraform keeps states by configuration; undefined: it does so nowhere. */
export async function backendBreaker(terms: Asking): Promise<Breaker | undefined> {
  const backend = backendOf(terms.config);
  if (backend === null) return undefined;
  const guard = await loadGuard({ ...terms, systems: undefined });
  const system = backendSystem(backend.type);
  const { scheme, address } = backend.arguments;
  // Without a leader it keeps nothing, and says so with an empty text.
  const url = new URL(`${scheme}://${address}/v1/status/leader`);
  const probe = probeOf(terms, { system, url, isWell: (body) => body.length > 2 });
  return guard({ system, title: "Terraform's backend", probe });
}

interface Asked {
  system: string;
  url: URL;
  isWell?(body: string): boolean;
}

function probeOf({ config, host }: Asking, { system, url, isWell = () => true }: Asked) {
  const client = createHttps({ host, clock: systemClock });
  const answerMaxMs = config.breaker.callTimeoutMs;
  return async (signal: AbortSignal): Promise<void> => {
    const asked = { url, signal, bytesMax: ANSWER_BYTES_MAX, answerMaxMs };
    const { status, body } = await client.ask(asked);
    if (status < 500 && isWell(body.toString('utf8').trim())) return;
    const message = `It answers with ${status}.`;
    throw new BiotopeError('SYSTEM_UNAVAILABLE', { message, facts: { system } });
  };
}
