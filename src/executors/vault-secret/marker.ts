import { z } from 'zod';
import type { Address } from '../../model/address.ts';
import { BiotopeError } from '../../model/errors.ts';
import { canonicalJson } from '../../model/json.ts';
import type { SecretFields } from '../../secrets/secrets.ts';
import type { StepContext } from '../executor.ts';
import { belongsToAnother, madeByAnother } from '../ownership.ts';
import { type GenerateRule, ruleJson } from './generate.ts';
import { MARKER } from './spec.ts';

/**
 * Ownership. A field of the secret itself names the resource that it belongs to, the step that wrote
 * it, and the rules by which fields were generated. It is written together with the values: so after
 * a crash at any moment the secret tells that an earlier attempt made it, and nothing is made twice.
 */
export interface Marker {
  environment: string;
  /** The resource's identity. */
  address: Address;
  stepId: string;
  /** By field, as canonical JSON. */
  rules: Record<string, string>;
  /** Fields that were there before it was adopted and are none of ours. */
  kept: string[];
}

export type Owner = Pick<StepContext, 'environment' | 'identity'>;

const MARKER_SHAPE = z.object({
  environment: z.string(),
  address: z.string(),
  stepId: z.string(),
  rules: z.record(z.string(), z.string()),
  kept: z.array(z.string()).default([]),
});

/** Undefined: the secret is not one of ours, or its marker was taken away. */
export function readMarker(fields: SecretFields): Marker | undefined {
  const text = Object.hasOwn(fields, MARKER) ? fields[MARKER] : undefined;
  if (text === undefined) return undefined;
  try {
    return MARKER_SHAPE.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function markerText(marker: Marker): string {
  const { environment, address, stepId, rules, kept } = marker;
  return canonicalJson({ environment, address, stepId, rules, kept });
}

/** Whether two markers say the same of the fields, whichever steps wrote them. */
export function saysTheSame(one: Marker | undefined, other: Marker | undefined): boolean {
  const told = (marker: Marker | undefined) =>
    canonicalJson({ rules: marker?.rules ?? {}, kept: [...(marker?.kept ?? [])].sort() });
  return told(one) === told(other);
}

export function ruleText(rule: GenerateRule): string {
  return canonicalJson(ruleJson(rule));
}

export function isOwn(marker: Marker | undefined, owner: Owner): boolean {
  return marker?.environment === owner.environment && marker.address === owner.identity;
}

export function reservedPath(path: string): BiotopeError {
  return new BiotopeError('PATH_INVALID', {
    message:
      `The secret path ${path} begins with environments or biotope, where Biotope keeps its own ` +
      'secrets. Choose another one, such as one that begins with the name of the environment.',
  });
}

export function foreignSecret(
  { path, fields }: { path: string; fields: SecretFields },
  { environment, identity }: Owner,
): BiotopeError {
  const conflict = {
    what: `The secret ${path}`,
    other: 'another path',
    asker: { environment, address: identity },
    facts: { path },
  };
  const owner = readMarker(fields);
  return owner === undefined ? madeByAnother(conflict) : belongsToAnother(owner, conflict);
}
