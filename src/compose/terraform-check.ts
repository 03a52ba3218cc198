import type { Config } from '../config/schema.ts';
import { terraformDefinition } from '../executors/terraform/definition.ts';
import { checkTerraform } from '../executors/terraform/program/check-terraform.ts';
import type { Product } from '../executors/terraform/program/product.ts';
import { isBiotopeError } from '../model/errors.ts';
import { dataPaths } from './data-folder.ts';
import type { Biotope } from './seat/contract.ts';
import { expectSeat } from './seat/seat.ts';
import { terraformSettings } from './terraform-settings.ts';

function placesOf(config: Config) {
  return terraformSettings(config, dataPaths(config.dataFolder));
}

/** Which of the two programs is used; null where neither is there. */
export async function findProduct(config: Config): Promise<Product | null> {
  try {
    return (await checkTerraform(placesOf(config))).product;
  } catch (error) {
    if (isBiotopeError(error, 'TERRAFORM_MISSING')) return null;
    throw error;
  }
}

/** Whether it is missing, and fetching it would help. */
export async function canFetchTerraform(config: Config): Promise<boolean> {
  return checkTerraform(placesOf(config)).then(() => false, wouldFetchHelp);
}

export function wouldFetchHelp(error: unknown): boolean {
  return isBiotopeError(error, 'TERRAFORM_MISSING') && error.facts.canFetch === true;
}

/**
 * Before a run begins that needs it: rejects with TERRAFORM_MISSING, which says how to get it. While the
 * program answers, what will drive the run is loaded. A server has its own.
 */
export async function requireTerraform(
  { config, server }: Pick<Biotope, 'config' | 'server'>,
  resources: readonly { executor: string }[],
): Promise<void> {
  if (server !== undefined) return;
  if (!resources.some(({ executor }) => executor === terraformDefinition.kind)) return;
  const answer = checkTerraform(placesOf(config));
  expectSeat();
  await answer;
}
