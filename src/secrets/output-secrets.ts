import type { Address } from '../model/address.ts';
import { type SecretText, secretText } from '../model/secret.ts';
import { digest } from '../platform/digest.ts';
import { isSegment, segmentFor } from '../platform/paths.ts';
import type { Secrets } from './secrets.ts';

/** Whose output it is. */
export interface OutputOwner {
  environment: string;
  address: Address;
}

/** A text in which a secret of the step appears is one itself; shorter ones may appear by chance. */
export const TELLING_CHARACTERS_MIN = 8;

const FIELD = 'value';

/** Below it lie the secret outputs of a resource, and nothing else. */
export function outputsFolder({ environment, address }: OutputOwner): string {
  return `environments/${environment}/${segmentFor(address)}`;
}

/** Puts a secret output into the secret store. Equal values make no new version. */
export async function keepSecretOutput(
  secrets: Secrets,
  owner: OutputOwner,
  { name, value }: { name: string; value: string },
): Promise<SecretText> {
  const last = isSegment(name) ? name : `output-${digest(name).slice(-32)}`;
  const path = `${outputsFolder(owner)}/${last}`;
  const version = await secrets.write(path, { [FIELD]: value }, null);
  return secretText([{ path, version, field: FIELD }]);
}
