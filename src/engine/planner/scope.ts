import type { Scope } from '../../model/expression/evaluate.ts';
import type { JsonObject } from '../../model/json.ts';

/** A scope without resources: they are added while they become known. */
export function scopeOf(
  parameters: JsonObject,
  { name, description, tags }: { name: string; description: string; tags: string[] },
): Scope {
  return { parameters, environment: { name, description, tags }, resources: {}, self: null };
}
