import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SecretValue } from '../../platform/secret-value.ts';
import { PRODUCTS, type Product } from './program/product.ts';
import type { TerraformSettings } from './settings.ts';
import type { TerraformSpec } from './spec.ts';
import type { WorkFolder } from './work-folder.ts';

type Variables = Record<string, string>;

/**
 * All that Terraform, its providers and the commands they run see of the outside: named here or
 * named in the spec.
 */
export function environmentOf(
  {
    settings,
    product,
    folder,
  }: { settings: TerraformSettings; product: Product; folder: WorkFolder },
  credentials: TerraformSpec['credentials'],
): Variables {
  return {
    ...taken(settings, SITE_VARIABLES),
    ...credentialVariables(settings, credentials),
    ...cliConfiguration(settings, product),
    PATH: settings.host.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: folder.path,
    TMPDIR: folder.temporary,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    // A fifth of a short run's time would be garbage collection: it never comes to that now. Long runs
    // collect, and gain nothing from more than this.
    GOGC: '800',
    GOMEMLIMIT: '768MiB',
  };
}

/**
 * A proxy and its certificates are the site's, not the template's: registries and the providers' own
 * services are reached in the same way.
 */
const SITE_VARIABLES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** Names in the spec that configuration does not let through. */
export function refusedVariables(settings: TerraformSettings, spec: TerraformSpec): string[] {
  if (!Array.isArray(spec.credentials)) return [];
  return spec.credentials.filter((name) => !isPassed(settings, name));
}

function credentialVariables(
  settings: TerraformSettings,
  credentials: TerraformSpec['credentials'],
): Variables {
  if (Array.isArray(credentials)) {
    return taken(
      settings,
      credentials.filter((name) => isPassed(settings, name)),
    );
  }
  return Object.fromEntries(
    Object.entries(credentials).map(([name, value]) => [
      name,
      value instanceof SecretValue ? value.reveal() : value,
    ]),
  );
}

function taken(settings: TerraformSettings, names: readonly string[]): Variables {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = settings.host[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function isPassed(settings: TerraformSettings, name: string): boolean {
  return settings.passEnvironment.some((allowed) =>
    allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed,
  );
}

/** HOME is another one for Terraform, so its default has to be named. */
function cliConfiguration({ cliConfigFile, host }: TerraformSettings, product: Product): Variables {
  const { TF_CLI_CONFIG_FILE: named, HOME: home } = host;
  const names = home === undefined ? [] : PRODUCTS[product].cliConfigFiles;
  const places = [named, ...names.map((name) => join(home ?? '', name))];
  const file = cliConfigFile ?? places.find((place) => place !== undefined && existsSync(place));
  return file === undefined ? {} : { TF_CLI_CONFIG_FILE: file };
}
