import type { Config } from '../config/schema.ts';
import { DEFAULT_SETTINGS, type TerraformSettings } from '../executors/terraform/settings.ts';
import { userCacheFolder } from '../platform/user-cache.ts';
import type { DataPaths } from './data-folder.ts';

/** How Terraform is found and run over a data folder, whoever runs it. */
export function terraformSettings(
  { terraform, credentials, limits }: Config,
  { tools }: DataPaths,
): TerraformSettings {
  return {
    ...DEFAULT_SETTINGS,
    ...terraform,
    toolsFolder: tools,
    cacheFolder: userCacheFolder(),
    passEnvironment: credentials.passEnvironment,
    stateBytesMax: limits.stateBytesMax,
  };
}
