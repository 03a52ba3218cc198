import type { ResolvedSpec, ResolvedValue } from '../executors/executor.ts';
import { BiotopeError } from '../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import {
  findSecretTexts,
  isSecretText,
  type SecretReference,
  secretParts,
} from '../model/secret.ts';
import type { Redactor } from '../platform/redactor.ts';
import { SecretValue } from '../platform/secret-value.ts';
import { fieldOf, referencesOf, secretsNamedIn } from '../secrets/named-secrets.ts';
import type { Secrets, SecretVersion } from '../secrets/secrets.ts';

/**
 * Puts the values in the place of secret references. Rejects with SECRET_NOT_FOUND, which names
 * path, version and field. Every value read is made known to the redactor first.
 */
export async function resolveSpec(
  spec: JsonObject,
  { secrets, redactor, signal }: { secrets: Secrets; redactor: Redactor; signal: AbortSignal },
): Promise<ResolvedSpec> {
  const references = findSecretTexts(spec).flatMap(({ text }) => referencesOf(text));
  if (references.length === 0) return spec;
  const versions = new Map<string, SecretVersion | undefined>();
  for (const reference of references) {
    const { path, version } = reference;
    const key = versionKey(reference);
    if (!versions.has(key)) versions.set(key, await secrets.read(path, version, signal));
  }
  const reveal = (reference: SecretReference) => {
    const value = fieldOf(versions.get(versionKey(reference)), reference.field);
    if (value === undefined) throw notFound(reference);
    redactor.learn(value);
    return value;
  };
  return replaceAll(spec, reveal);
}

/** The secrets that a resource had until now, in the clear: see `secretsNamedIn`. */
export function priorSecretsOf(
  prior: { spec: JsonObject; outputs: JsonObject } | null,
  { secrets, signal }: { secrets: Secrets; signal: AbortSignal },
): Promise<string[]> {
  return secretsNamedIn(prior === null ? [] : [prior.spec, prior.outputs], secrets, signal);
}

function versionKey({ path, version }: SecretReference): string {
  return `${path}@${version}`;
}

type Reveal = (reference: SecretReference) => string;

function replaceAll(object: JsonObject, reveal: Reveal): ResolvedSpec {
  const entries = Object.entries(object).map(
    ([key, item]) => [key, replace(item, reveal)] as const,
  );
  return Object.fromEntries(entries);
}

function replace(value: JsonValue, reveal: Reveal): ResolvedValue {
  if (isSecretText(value)) {
    const texts = secretParts(value).map((part) =>
      typeof part === 'string' ? part : reveal(part),
    );
    return new SecretValue(texts.join(''));
  }
  if (Array.isArray(value)) return value.map((item) => replace(item, reveal));
  return isJsonObject(value) ? replaceAll(value, reveal) : value;
}

function notFound({ path, version, field }: SecretReference): BiotopeError {
  return new BiotopeError('SECRET_NOT_FOUND', {
    message:
      `There is no field ${field} in version ${version} of the secret ${path}. ` +
      'It was removed, or its old versions were: run an update so that the newest one is used.',
    facts: { path, version, field },
  });
}
