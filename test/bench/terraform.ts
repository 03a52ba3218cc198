import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Terraform's own configuration, the same for everybody who is measured: nothing of this machine's. Its
 * path, in a folder that is there already.
 */
export function writeCliConfiguration(folder: string, text: string): string {
  const file = join(folder, 'terraform.tfrc');
  writeFileSync(file, text);
  return file;
}

/** The variables of whoever starts Terraform. */
export function terraformVariables(cliConfigFile: string): NodeJS.ProcessEnv {
  return { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: cliConfigFile };
}
