import { isJsonObject, type JsonValue } from './json.ts';

/** Where one secret value lives. Names path, version and field; never holds the value. */
export interface SecretReference {
  path: string;
  version: number;
  field: string;
}

export type SecretPart = string | SecretReference;

/**
 * A text made from at least one secret, still unresolved: the parts are joined once their
 * references are resolved, which happens in the worker only. Two equal texts name equal versions,
 * so a digest over this form changes when, and only when, a secret is renewed.
 */
export interface SecretText {
  [key: string]: JsonValue;
  $secret: JsonValue[];
}

/** The key that marks a secret text. Data that comes from people must not contain it. */
export const SECRET_KEY = '$secret';

export function secretText(parts: readonly SecretPart[]): SecretText {
  return { [SECRET_KEY]: parts.map((part) => (typeof part === 'string' ? part : { ...part })) };
}

export function isSecretText(value: unknown): value is SecretText {
  return isJsonObject(value) && Array.isArray(value[SECRET_KEY]);
}

export function secretParts(text: SecretText): SecretPart[] {
  return text[SECRET_KEY] as unknown as SecretPart[];
}

/**
 * Joins plain texts and secret texts into one; stays plain where no secret takes part. However a
 * text was cut into pieces, joined it is the same.
 */
export function joinTexts(pieces: readonly (string | SecretText)[]): string | SecretText {
  const parts: SecretPart[] = [''];
  for (const part of pieces.flatMap((piece) =>
    typeof piece === 'string' ? [piece] : secretParts(piece),
  )) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  if (!pieces.some(isSecretText)) return parts.join('');
  return secretText(parts.filter((part) => part !== ''));
}

/** Every secret text inside a value, with the path that leads to it. */
export function findSecretTexts(
  value: JsonValue,
  path: readonly (string | number)[] = [],
): { path: readonly (string | number)[]; text: SecretText }[] {
  if (isSecretText(value)) return [{ path, text: value }];
  if (Array.isArray(value))
    return value.flatMap((item, at) => findSecretTexts(item, [...path, at]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => findSecretTexts(item, [...path, key]));
}

/** True where a value that a person wrote tries to pass for a secret text. */
export function containsSecretKey(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(containsSecretKey);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([key, item]) => key === SECRET_KEY || containsSecretKey(item));
}
