import type { Config } from '../config/schema.ts';
import type { RemoteBackend } from '../executors/terraform/backend.ts';
import { DEFAULT_SETTINGS, type TerraformSettings } from '../executors/terraform/settings.ts';
import { BiotopeError } from '../model/errors.ts';
import { userCacheFolder } from '../platform/user-cache.ts';
import type { DataPaths } from './data-folder.ts';

/** How Terraform is found and run over a data folder, whoever runs it. */
export function terraformSettings(config: Config, { tools }: DataPaths): TerraformSettings {
  const { terraform, credentials, limits } = config;
  return {
    ...DEFAULT_SETTINGS,
    ...terraform,
    backend: backendOf(config),
    backendVariables: () => loginOf(config),
    toolsFolder: tools,
    cacheFolder: userCacheFolder(),
    passEnvironment: credentials.passEnvironment,
    stateBytesMax: limits.stateBytesMax,
  };
}

/** Throws CONFIGURATION_INVALID where nothing says where its Consul is. */
export function backendOf(config: Config): RemoteBackend | null {
  const { type, datacenter, path } = config.terraform.backend;
  if (type === 'local') return null;
  const url = consulUrl(config);
  if (url === undefined) {
    throw new BiotopeError('CONFIGURATION_INVALID', {
      message:
        'terraform.backend.type is consul, and neither terraform.backend.url nor consul.url is set.',
    });
  }
  return {
    type,
    path,
    arguments: {
      address: url.host,
      scheme: url.protocol.replace(':', ''),
      lock: true,
      ...(datacenter === null ? {} : { datacenter }),
    },
  };
}

/** Also of states that are there while new ones are kept elsewhere. */
function loginOf(config: Config): Record<string, string> {
  const token = config.terraform.backend.token ?? config.consul.token;
  const { username = '', password = '' } = consulUrl(config) ?? {};
  const login = [username, password].map(decodeURIComponent).join(':');
  return {
    ...(token === null ? {} : { CONSUL_HTTP_TOKEN: token }),
    ...(login === ':' ? {} : { CONSUL_HTTP_AUTH: login }),
  };
}

function consulUrl({ terraform, consul }: Config): URL | undefined {
  const url = terraform.backend.url ?? consul.url;
  return url === null ? undefined : new URL(url);
}
