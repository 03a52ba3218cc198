import { BiotopeError } from '../../../model/errors.ts';
import type { LockedProvider } from './lock-file.ts';

/** What is known of the registries of providers, each a system of its own that may be away. */
export interface Registries {
  /** `system`: see `registrySystem`. */
  isAway(system: string): boolean;
}

const PREFIX = 'terraform-registry:';

/** `registry.terraform.io`, or another host; one word alone is none, unless it has a port. */
const HOST = /^(?=.*[.:])[a-z0-9][a-z0-9.-]{0,252}(?::\d{1,5})?$/;

/** @internal */
export function registrySystem(host: string): string {
  return PREFIX + host;
}

/** The host that a system's name is about; undefined: it is no registry. */
export function registryHost(system: string): string | undefined {
  const host = system.startsWith(PREFIX) ? system.slice(PREFIX.length) : '';
  return HOST.test(host) ? host : undefined;
}

/** As Terraform and OpenTofu say of which registry they have no answer. */
const SAID = [
  /could not connect to (?<host>[a-z0-9.:-]+?)[:,]?\s/i,
  /provider registry for\s+(?<host>[a-z0-9.:-]+)\//i,
];

/** The system that an `init` could not reach, by what it said. Undefined: it was something else. */
export function unreachableRegistry(said: string): string | undefined {
  // Terraform breaks lines where it likes.
  const text = said.replace(/[\s│]+/g, ' ');
  const hosts = SAID.flatMap((pattern) => pattern.exec(text)?.groups?.host ?? []);
  const system = registrySystem((hosts[0] ?? '').toLowerCase());
  return registryHost(system) === undefined ? undefined : system;
}

/** Rejects where a registry is known to be away that something missing here would be fetched from. */
export function demandRegistries(
  registries: Registries | undefined,
  missing: readonly LockedProvider[],
): void {
  const systemOf = ({ source }: LockedProvider) => registrySystem(source.split('/')[0] ?? '');
  const first = missing.find((locked) => registries?.isAway(systemOf(locked)));
  if (first === undefined) return;
  throw new BiotopeError('SYSTEM_UNAVAILABLE', {
    message: `The registry of ${first.source} ${first.version} does not answer, and it is not kept here.`,
    facts: { system: systemOf(first) },
  });
}
