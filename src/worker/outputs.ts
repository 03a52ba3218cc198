import type { Output } from '../executors/executor.ts';
import { SecretOutput } from '../executors/secret-output.ts';
import { BiotopeError } from '../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { containsSecretKey, isSecretText, SECRET_KEY, secretParts } from '../model/secret.ts';
import type { Redactor } from '../platform/redactor.ts';
import { SecretValue } from '../platform/secret-value.ts';
import {
  keepSecretOutput,
  type OutputOwner,
  outputsFolder,
  TELLING_CHARACTERS_MIN,
} from '../secrets/output-secrets.ts';
import type { Secrets } from '../secrets/secrets.ts';

/**
 * Outputs as they are recorded: secret values go to the secret store and a reference takes their
 * place. May be called again: equal values make no new version. Rejects with LIMIT_EXCEEDED, and with
 * STEP_FAILED where plain data holds a secret, or what looks like a reference to one.
 */
export async function keepOutputs(
  outputs: Record<string, Output>,
  owner: OutputOwner,
  { secrets, redactor, bytesMax }: { secrets: Secrets; redactor: Redactor; bytesMax: number },
): Promise<JsonObject> {
  checkSize(outputs, owner, bytesMax);
  const kept: [string, JsonValue][] = [];
  for (const [name, output] of Object.entries(outputs)) {
    if (output instanceof SecretOutput) {
      kept.push([name, output.text]);
      continue;
    }
    const value = asSecret(name, output, redactor);
    if (!(value instanceof SecretValue)) {
      kept.push([name, value]);
      continue;
    }
    redactor.learn(value.reveal());
    kept.push([name, await keepSecretOutput(secrets, owner, { name, value: value.reveal() })]);
  }
  return Object.fromEntries(kept);
}

/** Removes the secrets that `keepOutputs` wrote. */
export async function forgetOutputs(
  outputs: JsonObject,
  owner: OutputOwner,
  secrets: Secrets,
): Promise<void> {
  const ours = `${outputsFolder(owner)}/`;
  for (const output of Object.values(outputs)) {
    if (!isSecretText(output)) continue;
    for (const part of secretParts(output)) {
      if (typeof part !== 'string' && part.path.startsWith(ours)) await secrets.remove(part.path);
    }
  }
}

function asSecret(
  name: string,
  output: JsonValue | SecretValue,
  redactor: Redactor,
): JsonValue | SecretValue {
  if (output instanceof SecretValue) return output;
  if (containsSecretKey(output)) {
    throw new BiotopeError('STEP_FAILED', {
      message:
        `The output ${name} holds the key ${SECRET_KEY}, which marks references to secrets and may ` +
        'not come from outside. Rename the key.',
    });
  }
  if (!redactor.holds(textOf(output), TELLING_CHARACTERS_MIN)) return output;
  if (typeof output === 'string') return new SecretValue(output);
  throw new BiotopeError('STEP_FAILED', {
    message:
      `The output ${name} holds a secret in the clear, inside a list or an object. ` +
      'Make it a text of its own, so that it can be kept as a secret, or leave it out.',
  });
}

function textOf(output: JsonValue): string {
  return typeof output === 'string' ? output : JSON.stringify(output);
}

function checkSize(outputs: Record<string, Output>, owner: OutputOwner, bytesMax: number): void {
  const bytes = Object.entries(outputs).reduce(
    (sum, [name, output]) => sum + Buffer.byteLength(name) + sizeOf(output),
    0,
  );
  if (bytes <= bytesMax) return;
  throw new BiotopeError('LIMIT_EXCEEDED', {
    message:
      `The outputs of ${owner.address} have ${bytes} bytes, at most ${bytesMax} are allowed. ` +
      'Let it return less, or raise limits.outputBytesMax.',
    facts: { bytes, bytesMax },
  });
}

function sizeOf(output: Output): number {
  if (output instanceof SecretValue) return Buffer.byteLength(output.reveal());
  if (output instanceof SecretOutput) return Buffer.byteLength(JSON.stringify(output.text));
  return isJsonObject(output) || Array.isArray(output)
    ? Buffer.byteLength(JSON.stringify(output))
    : String(output).length;
}
