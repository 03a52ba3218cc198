import { isSecretText } from '../model/secret.ts';
import type { Output, Prior } from './executor.ts';
import { SecretOutput } from './secret-output.ts';

/** Outputs as they were recorded, to be told once more. */
export function outputsOfPrior(prior: Prior | null): Record<string, Output> {
  return Object.fromEntries(
    Object.entries(prior?.outputs ?? {}).map(([name, value]) => [
      name,
      isSecretText(value) ? new SecretOutput(value) : value,
    ]),
  );
}
