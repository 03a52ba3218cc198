import type { EnvironmentRecord } from '../../model/environment.ts';
import { BiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { didYouMean } from '../../model/nearest.ts';
import {
  isSecretText,
  type SecretReference,
  type SecretText,
  secretParts,
} from '../../model/secret.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import { redactJson } from './documents.ts';

/** The outputs, or one of them; secrets in the clear only where the secret store is given. */
export async function readOutputs(
  { outputs }: EnvironmentRecord,
  key: string | undefined,
  secrets: Secrets | null,
): Promise<JsonObject> {
  const wanted = Object.entries(outputs).filter(([name]) => key === undefined || name === key);
  const chosen = Object.fromEntries(wanted);
  if (secrets === null) return redactJson(chosen);
  const entries = wanted.map(
    async ([name, value]) => [name, await reveal(value, secrets)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

export function pickOutput(
  { name, outputs }: EnvironmentRecord,
  read: JsonObject,
  key: string,
): JsonValue {
  const value = Object.hasOwn(read, key) ? read[key] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(outputs);
  const hint = didYouMean(key, names) ?? `It has ${names.join(', ') || 'none'}.`;
  throw new BiotopeError('RESOURCE_NOT_FOUND', {
    message: `Environment ${name} has no output ${key}. ${hint}`,
    facts: { environment: name, output: key },
  });
}

async function reveal(value: JsonValue, secrets: Secrets): Promise<JsonValue> {
  if (isSecretText(value)) return revealText(value, secrets);
  if (Array.isArray(value)) return Promise.all(value.map((item) => reveal(item, secrets)));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await reveal(item, secrets)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
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
