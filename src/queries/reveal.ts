import { BiotopeError } from '../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import {
  isSecretText,
  type SecretReference,
  type SecretText,
  secretParts,
} from '../model/secret.ts';
import type { Secrets } from '../secrets/secrets.ts';

/** Values with their secrets in the clear. Rejects with SECRET_NOT_FOUND where one was removed. */
export async function revealAll(values: JsonObject, secrets: Secrets): Promise<JsonObject> {
  const entries = Object.entries(values).map(
    async ([key, value]) => [key, await reveal(value, secrets)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function reveal(value: JsonValue, secrets: Secrets): Promise<JsonValue> {
  if (isSecretText(value)) return revealText(value, secrets);
  if (Array.isArray(value)) return Promise.all(value.map((item) => reveal(item, secrets)));
  return isJsonObject(value) ? revealAll(value, secrets) : value;
}

async function revealText(text: SecretText, secrets: Secrets): Promise<string> {
  const pieces = secretParts(text).map((part) =>
    typeof part === 'string' ? part : readSecret(part, secrets),
  );
  return (await Promise.all(pieces)).join('');
}

async function readSecret(
  { path, version, field }: SecretReference,
  secrets: Secrets,
): Promise<string> {
  const value = (await secrets.read(path, version))?.fields[field];
  if (value !== undefined) return value;
  throw new BiotopeError('SECRET_NOT_FOUND', {
    message: `There is no field ${field} in version ${version} of the secret ${path}: it was removed.`,
    facts: { path, version, field },
  });
}
