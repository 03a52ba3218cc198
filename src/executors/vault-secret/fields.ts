import { SecretValue } from '../../platform/secret-value.ts';
import type { SecretFields } from '../../secrets/secrets.ts';
import type { StepContext } from '../executor.ts';
import { type GenerateRule, generate, ruleOf } from './generate.ts';
import { type Marker, markerText, ruleText } from './marker.ts';
import { fieldAt, type Place } from './place.ts';
import { MARKER, type SecretSpec } from './spec.ts';

export interface WantedFields {
  values: SecretFields;
  rules: Record<string, GenerateRule>;
}

export function wantedFields({ generate: rules, values }: SecretSpec): WantedFields {
  return {
    values: mapValues(values, (value) => (value instanceof SecretValue ? value.reveal() : value)),
    rules: mapValues(rules, ruleOf),
  };
}

/**
 * The fields as they are to be written. What was generated once stays as it is as long as its rule
 * does, also where the secret moves to another path.
 */
export function compose(
  { values, rules }: WantedFields,
  sources: readonly Place[],
  { environment, identity, stepId }: StepContext,
): SecretFields {
  const generated = Object.entries(rules).map(([field, rule]) => {
    const kept = sources
      .filter((source) => isGeneratedBy(source, field, rule))
      .map((source) => fieldAt(source, field))
      .find((value) => value !== undefined);
    return [field, kept ?? generate(rule)] as const;
  });
  const marker: Marker = {
    environment,
    address: identity,
    stepId,
    rules: mapValues(rules, ruleText),
  };
  return { ...values, ...Object.fromEntries(generated), [MARKER]: markerText(marker) };
}

/** Whether the field was made by this very rule, as far as the marker tells. */
export function isGeneratedBy({ marker }: Place, field: string, rule: GenerateRule): boolean {
  if (marker === undefined || !Object.hasOwn(marker.rules, field)) return false;
  return marker.rules[field] === ruleText(rule);
}

function mapValues<T, U>(object: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
