import { z } from 'zod';
import { BiotopeError } from '../../../model/errors.ts';
import { compareVersions } from '../../../model/version.ts';
import type { Clock } from '../../../platform/clock.ts';
import { HttpsFailure } from '../../../platform/https/failure.ts';
import { type Answer, type Ask, createHttps, type Host } from '../../../platform/https/https.ts';
import { type GitModule, type RegistryModule, readModuleSource } from '../modules/module-source.ts';
import { newestFitting } from '../modules/version-constraint.ts';
import { type ArchiveModule, readArchiveAddress } from './archive.ts';

export interface RegistryRequest {
  /** The registry of modules that name no host. */
  defaultHost: string;
  /** Hosts that may be asked. */
  hosts: readonly string[];
  host: Host;
  clock: Clock;
  signal: AbortSignal;
}

/** Where the version is that a constraint leads to. */
export interface LocatedModule {
  version: string;
  /** `path`: the folder of the repository or archive that the module's package is. */
  source: GitModule | ArchiveModule;
}

export interface Registry {
  /**
   * Asks for the newest version that fits and where it is kept. Rejects with SOURCE_REFUSED (a host
   * that is not allowed, a place that we do not read), SOURCE_NOT_FOUND or SOURCE_UNAVAILABLE.
   */
  locate(module: RegistryModule, constraint: string | null): Promise<LocatedModule>;
  /** The bytes of an archive, from a host that may be asked. Rejects as `locate`. */
  fetch(archive: ArchiveModule, bytesMax: number): Promise<Uint8Array>;
  close(): void;
}

const DISCOVERY = z.object({ 'modules.v1': z.string() });
const VERSIONS = z.object({
  modules: z.array(z.object({ versions: z.array(z.object({ version: z.string().max(100) })) })),
});
const LOCATION = z.object({ location: z.string() });
const VERSIONS_SHOWN_MAX = 5;
const ANSWER_MAX_MS = 10 * 60_000;
/** Of what a registry says about modules. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;

/** Terraform's protocol of module registries. Throws CONFIGURATION_INVALID as `createHttps`. */
export function createRegistry(request: RegistryRequest): Registry {
  const { defaultHost, hosts, host, signal, clock } = request;
  const https = createHttps({ host, clock });
  const services = new Map<string, Promise<URL>>();

  async function ask(asked: Omit<Ask, 'signal' | 'answerMaxMs'>, what: string): Promise<Answer> {
    const { url } = asked;
    demandAllowed(url, hosts);
    const answer = await https
      .ask({ ...asked, signal, answerMaxMs: ANSWER_MAX_MS })
      .catch((cause) => Promise.reject(failureOf(url, cause)));
    if (answer.status === 200 || answer.status === 204) return answer;
    throw refusal(url, what, answer.status);
  }

  function get(url: URL, what: string): Promise<Answer> {
    const headers = { accept: 'application/json', ...tokenFor(url.host, host) };
    return ask({ url, headers, bytesMax: ANSWER_BYTES_MAX }, what);
  }

  async function discover(registry: string): Promise<URL> {
    const url = new URL(`https://${registry}/.well-known/terraform.json`);
    const answer = await get(url, `a registry of modules`);
    const base = parse(DISCOVERY, answer.body, url)['modules.v1'];
    return new URL(base.endsWith('/') ? base : `${base}/`, url);
  }

  function serviceOf(registry: string): Promise<URL> {
    const known = services.get(registry) ?? discover(registry);
    services.set(registry, known);
    return known;
  }

  return {
    locate: async ({ host: named, address }, constraint) => {
      const base = await serviceOf(named ?? defaultHost);
      const what = `module ${address}`;
      const listed = new URL(`${address}/versions`, base);
      const found = parse(VERSIONS, (await get(listed, what)).body, listed);
      const versions = (found.modules[0]?.versions ?? []).map(({ version }) => version);
      const version = newestFitting(versions, constraint);
      if (version === undefined) throw noVersion(base.host, what, { versions, constraint });
      const download = new URL(`${address}/${version}/download`, base);
      return { version, source: placeIn(await get(download, what), download) };
    },
    fetch: async ({ url }, bytesMax) => {
      const demandMayLeadTo = (to: URL) => demandAllowed(to, hosts);
      return (await ask({ url, bytesMax, demandMayLeadTo }, 'archive of the module')).body;
    },
    close: () => https.close(),
  };
}

function demandAllowed(url: URL, hosts: readonly string[]): void {
  if (url.protocol === 'https:' && hosts.includes(url.host)) return;
  throw new BiotopeError('SOURCE_REFUSED', {
    message:
      `Modules may not be taken from ${url.host}: allowed are ${hosts.join(', ') || 'none'}. ` +
      'If you trust it, add it to catalog.registryHosts in the configuration.',
    facts: { host: url.host, hosts },
  });
}

/** As Terraform names it: `TF_TOKEN_app_terraform_io`. It goes to this host and to no other. */
function tokenFor(registry: string, host: Host): Record<string, string> {
  const name = registry.replaceAll('-', '__').replaceAll('.', '_');
  const token = host[`TF_TOKEN_${name}`];
  return token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
}

function failureOf({ origin, pathname, host }: URL, cause: unknown): unknown {
  if (!(cause instanceof HttpsFailure)) return cause;
  const code = cause.reason === 'too-large' ? 'LIMIT_EXCEEDED' : 'SOURCE_UNAVAILABLE';
  const message = `${host} cannot be asked now: ${cause.message}.`;
  return new BiotopeError(code, { message, facts: { url: origin + pathname }, cause });
}

function refusal({ host }: URL, what: string, status: number): BiotopeError {
  const facts = { host, status };
  if (status === 404) {
    return new BiotopeError('SOURCE_NOT_FOUND', { message: `${host} has no ${what}.`, facts });
  }
  if (status === 401 || status === 403) {
    const name = `TF_TOKEN_${host.replaceAll('-', '__').replaceAll('.', '_')}`;
    const message = `${host} does not give us ${what}: set a token for it in ${name}.`;
    return new BiotopeError('SOURCE_UNAVAILABLE', { message, facts });
  }
  if (status >= 300 && status < 400) {
    const message = `${host} leads to another address for ${what}, which is not followed.`;
    return new BiotopeError('SOURCE_REFUSED', { message, facts });
  }
  const message = `${host} answers ${status} for ${what}. Try again.`;
  return new BiotopeError('SOURCE_UNAVAILABLE', { message, facts });
}

function parse<T extends z.ZodType>(schema: T, body: Buffer, { host, href }: URL): z.output<T> {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new BiotopeError('SOURCE_UNAVAILABLE', {
      message: `${host} answers with something that is none of Terraform's registry protocol.`,
      facts: { url: href },
      cause,
    });
  }
}

function noVersion(
  host: string,
  what: string,
  { versions, constraint }: { versions: readonly string[]; constraint: string | null },
): BiotopeError {
  const newest = versions.toSorted(compareVersions).slice(-VERSIONS_SHOWN_MAX).reverse().join(', ');
  const there = versions.length === 0 ? 'It has none.' : `It has, among others, ${newest}.`;
  const asked = constraint === null ? '' : ` that fits ${JSON.stringify(constraint)}`;
  const message = `${host} has no version of ${what}${asked}. ${there}`;
  return new BiotopeError('SOURCE_NOT_FOUND', { message, facts: { host, constraint } });
}

/** In a header, or in the body: registries differ. */
function placeIn({ headers, body }: Answer, url: URL): GitModule | ArchiveModule {
  const header = headers['x-terraform-get'];
  const location = typeof header === 'string' ? header : parse(LOCATION, body, url).location;
  const source = readModuleSource(location);
  const place = source.kind === 'git' ? source : readArchiveAddress(location, url);
  if (place !== undefined) return place;
  throw new BiotopeError('SOURCE_REFUSED', {
    message:
      `${url.host} keeps this module at ${shown(location)}, which is neither a Git repository nor a ` +
      '.tar.gz by https. Name the repository itself: git::https://…',
    facts: { host: url.host },
  });
}

/** Without what may be a token. */
function shown(location: string): string {
  return JSON.stringify(
    location
      .replace(/\?.*$/s, '')
      .replace(/\/\/[^/@]*@/, '//')
      .slice(0, 200),
  );
}
