import type { Config } from '../config/schema.ts';
import { systemClock } from '../platform/clock.ts';
import { dataPaths, prepareDataFolder } from './data-folder.ts';

export interface TerraformOffer {
  version: string;
  from: string;
  into: string;
}

/** What would be fetched, and where it would go. */
export async function terraformOffer({ terraform, dataFolder }: Config): Promise<TerraformOffer> {
  const { TERRAFORM_VERSION: version } = await import('../executors/terraform/program/install.ts');
  return { version, from: terraform.releasesUrl, into: dataPaths(dataFolder).tools };
}

/**
 * Fetches Terraform into the data folder, where every command finds it. Returns the program's path.
 * Rejects with TERRAFORM_FETCH_FAILED.
 */
export async function installTerraform(
  { terraform, dataFolder }: Config,
  { signal, onProgress }: { signal: AbortSignal; onProgress(bytes: number): void },
): Promise<string> {
  const { installTerraform: install } = await import('../executors/terraform/program/install.ts');
  const paths = dataPaths(dataFolder);
  prepareDataFolder(paths);
  const { binary } = await install({
    toolsFolder: paths.tools,
    releasesUrl: terraform.releasesUrl,
    host: process.env,
    clock: systemClock,
    signal,
    onProgress,
  });
  return binary;
}
