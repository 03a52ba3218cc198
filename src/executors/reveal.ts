import type { JsonValue } from '../model/json.ts';
import { SecretValue } from '../platform/secret-value.ts';
import type { ResolvedValue } from './executor.ts';

/** An input with its secrets in the clear: only for the very place that it is meant for. */
export function revealAll(value: ResolvedValue): JsonValue {
  if (value instanceof SecretValue) return value.reveal();
  if (Array.isArray(value)) return value.map(revealAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revealAll(item)]));
}

/** Every text and number inside a value, in the clear. */
export function textsIn(given: ResolvedValue): string[] {
  if (given instanceof SecretValue) return [given.reveal()];
  if (typeof given === 'string' || typeof given === 'number') return [String(given)];
  if (typeof given !== 'object' || given === null) return [];
  return Object.values(given).flatMap(textsIn);
}

/** Every secret inside a value, in the clear. */
export function secretsIn(given: ResolvedValue): string[] {
  if (given instanceof SecretValue) return [given.reveal()];
  if (Array.isArray(given)) return given.flatMap(secretsIn);
  if (typeof given !== 'object' || given === null) return [];
  return Object.values(given).flatMap(secretsIn);
}
