import type { JsonValue } from '../model/json.ts';
import {
  findSecretTexts,
  type SecretReference,
  type SecretText,
  secretParts,
} from '../model/secret.ts';
import type { Secrets, SecretVersion } from './secrets.ts';

/**
 * The secrets that records refer to, in the clear. Those that are gone are none any more; rejects
 * where they cannot be read.
 */
export async function secretsNamedIn(
  values: readonly JsonValue[],
  secrets: Pick<Secrets, 'read'>,
  signal?: AbortSignal,
): Promise<string[]> {
  const texts = values.flatMap((value) => findSecretTexts(value));
  const found = new Set<string>();
  for (const { path, version, field } of texts.flatMap(({ text }) => referencesOf(text))) {
    const value = fieldOf(await secrets.read(path, version, signal), field);
    if (value !== undefined) found.add(value);
  }
  return [...found];
}

export function referencesOf(text: SecretText): SecretReference[] {
  return secretParts(text).filter((part) => typeof part !== 'string');
}

export function fieldOf(found: SecretVersion | undefined, field: string): string | undefined {
  return found !== undefined && Object.hasOwn(found.fields, field)
    ? found.fields[field]
    : undefined;
}
