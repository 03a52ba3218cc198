import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isSecretText } from '../model/secret.ts';
import { REDACTED } from './secret-value.ts';

/** Secret texts become `[redacted]`, wherever they stand. */
export function redactJson(value: JsonObject): JsonObject;
export function redactJson(value: JsonValue): JsonValue;
export function redactJson(value: JsonValue): JsonValue {
  if (isSecretText(value)) return REDACTED;
  if (Array.isArray(value)) return value.map((item) => redactJson(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactJson(item)]));
}
