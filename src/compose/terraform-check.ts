import type { Config } from '../config/schema.ts';
import { checkTerraform } from '../executors/terraform/check-terraform.ts';
import { terraformDefinition } from '../executors/terraform/definition.ts';

/** Before a run begins that needs it: rejects with TERRAFORM_MISSING, which says how to get it. */
export async function requireTerraform(
  { terraform }: Config,
  resources: readonly { executor: string }[],
): Promise<void> {
  if (!resources.some(({ executor }) => executor === terraformDefinition.kind)) return;
  await checkTerraform({ binary: terraform.binary, host: process.env });
}
