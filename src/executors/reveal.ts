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
