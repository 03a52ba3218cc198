import type { Config } from '../config/schema.ts';
import { checkTerraform } from '../executors/terraform/check-terraform.ts';
import { terraformDefinition } from '../executors/terraform/definition.ts';
import { isBiotopeError } from '../model/errors.ts';
import { dataPaths } from './data-folder.ts';

/** Whether it is missing, and fetching it would help. */
export async function canFetchTerraform({ terraform, dataFolder }: Config): Promise<boolean> {
  const { binary } = terraform;
  const places = { binary, host: process.env, toolsFolder: dataPaths(dataFolder).tools };
  return checkTerraform(places).then(() => false, wouldFetchHelp);
}

export function wouldFetchHelp(error: unknown): boolean {
  return isBiotopeError(error, 'TERRAFORM_MISSING') && error.facts.canFetch === true;
}

/** Before a run begins that needs it: rejects with TERRAFORM_MISSING, which says how to get it. */
export async function requireTerraform(
  { terraform, dataFolder }: Config,
  resources: readonly { executor: string }[],
): Promise<void> {
  if (!resources.some(({ executor }) => executor === terraformDefinition.kind)) return;
  const { binary } = terraform;
  await checkTerraform({ binary, host: process.env, toolsFolder: dataPaths(dataFolder).tools });
}
