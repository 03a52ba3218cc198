import type { Biotope } from '../../../compose/seat/contract.ts';
import type { ServerDescription } from '../../../compose/seat/driver-lock.ts';
import { redactJson } from '../../../documents/documents.ts';
import type { EnvironmentRecord } from '../../../model/environment.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { didYouMean } from '../../../model/nearest.ts';
import {
  isSecretText,
  type SecretReference,
  type SecretText,
  secretParts,
} from '../../../model/secret.ts';
import { findEnvironment } from '../../../queries/lookup.ts';
import type { Secrets } from '../../../secrets/secrets.ts';
import { outputLines, valueText } from '../../pages/environments.ts';
import type { Answer } from '../../session.ts';

interface OutputRequest {
  environment: string;
  /** One of them alone; undefined: all. */
  key: string | undefined;
  /** Secrets in the clear. */
  showSecrets: boolean;
}

/** Rejects with RESOURCE_NOT_FOUND where there is no such output. */
export async function showOutputs(biotope: Biotope, request: OutputRequest): Promise<Answer> {
  const { key, showSecrets } = request;
  const environment = await findEnvironment(biotope.store, request.environment);
  const wanted = key === undefined ? environment.outputs : pick(environment, key);
  if (showSecrets && biotope.server !== undefined) throw secretsStay(biotope.server);
  const outputs = showSecrets ? await revealAll(wanted, biotope.secrets) : redactJson(wanted);
  return {
    document: outputs,
    names: Object.keys(outputs).sort(),
    isVerbatim: true,
    lines: () => (key === undefined ? outputLines(outputs) : [valueText(outputs[key] ?? null)]),
  };
}

function secretsStay({ server }: ServerDescription): BiotopeError {
  return new BiotopeError('SERVER_UNSUPPORTED', {
    message: `The server at ${server} tells no secrets over its API.`,
    remedy: 'Where its data folder is: biotope environment output --show-secrets --data FOLDER.',
  });
}

function pick({ name, outputs }: EnvironmentRecord, key: string): JsonObject {
  const value = Object.hasOwn(outputs, key) ? outputs[key] : undefined;
  if (value !== undefined) return { [key]: value };
  const names = Object.keys(outputs);
  const hint = didYouMean(key, names) ?? `It has ${names.join(', ') || 'none'}.`;
  throw new BiotopeError('RESOURCE_NOT_FOUND', {
    message: `Environment ${name} has no output ${key}. ${hint}`,
    facts: { environment: name, output: key },
  });
}

async function revealAll(values: JsonObject, secrets: Secrets): Promise<JsonObject> {
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
