import type { Config } from '../../config/schema.ts';
import { checkTerraform } from '../../executors/terraform/program/check-terraform.ts';
import { isBiotopeError } from '../../model/errors.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { DataPaths } from '../data-folder.ts';
import { terraformSettings } from '../terraform-settings.ts';

/**
 * A worker that cannot work would fail the steps that others could do. Rejects with TERRAFORM_MISSING,
 * and with what keeps it from sealing what it reports. Secrets that are away come back: steps wait then.
 */
export async function demandTools({
  config,
  paths,
  secrets,
}: {
  config: Config;
  paths: DataPaths;
  secrets: Secrets;
}): Promise<void> {
  if (config.worker.needsTerraform) await checkTerraform(terraformSettings(config, paths));
  try {
    await secrets.seal(new Uint8Array(1), 'worker');
  } catch (error) {
    if (!isBiotopeError(error, 'SYSTEM_UNAVAILABLE')) throw error;
  }
}
