import { BiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { containsSecretKey, SECRET_KEY } from '../../model/secret.ts';
import { SecretValue } from '../../platform/secret-value.ts';
import type { Output } from '../executor.ts';

const SHOWN_CHARACTERS = 80;

export interface ReturnedTerms {
  secretOutputs: readonly string[];
  /** Which application, for its error. */
  who: string;
  nestingLevelsMax: number;
  redact(text: string): string;
}

/**
 * What an application returned: one JSON object on its standard output, or nothing. The texts named
 * in `secretOutputs` become secrets. Throws COMMAND_FAILED.
 */
export function readReturned(text: string, terms: ReturnedTerms): Record<string, Output> {
  const { secretOutputs, who, nestingLevelsMax } = terms;
  if (text.trim() === '') return {};
  const object = parse(text, terms);
  if (isTooDeep(object, nestingLevelsMax) || containsSecretKey(object)) {
    const rule = `be nested too deeply or have the key ${SECRET_KEY}`;
    throw unusable(`${who} returned outputs that cannot be used: they must not ${rule}.`);
  }
  const outputs = Object.entries(object).map(([name, value]) => {
    return [name, secretOutputs.includes(name) ? secret(value) : value] as const;
  });
  return Object.fromEntries(outputs);
}

function parse(text: string, { who, secretOutputs, redact }: ReturnedTerms): JsonObject {
  const value = parsed(text);
  if (isJsonObject(value)) return value;
  const mayHoldSecrets = secretOutputs.length > 0;
  const start = JSON.stringify(redact(text).trim().slice(0, SHOWN_CHARACTERS));
  throw unusable(
    `${who} wrote something to its standard output that is not one JSON object` +
      `${mayHoldSecrets ? '' : `: ${start}`}. Its outputs belong there, messages to standard error.`,
  );
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Looks level by level and not by recursion, which a hostile depth would break. */
function isTooDeep(object: JsonObject, nestingLevelsMax: number): boolean {
  let level: JsonValue[] = [object];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > nestingLevelsMax) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}

function secret(value: JsonValue): SecretValue {
  return new SecretValue(typeof value === 'string' ? value : JSON.stringify(value));
}

function unusable(message: string): BiotopeError {
  return new BiotopeError('COMMAND_FAILED', { message });
}
