import { SecretValue } from '../../platform/secret-value.ts';
import type { SecretFields } from '../../secrets/secrets.ts';
import type { StepContext } from '../executor.ts';
import { type GenerateRule, generate, ruleOf } from './generate.ts';
import { markerText, ruleText } from './marker.ts';
import { fieldAt, keptFields, type Place } from './place.ts';
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
 * The fields as they are to be written to `target`. What was generated once stays as it is as long as
 * its rule does, also where the secret moves to another path: `sources` are where it may be found.
 */
export function compose(
  { values, rules }: WantedFields,
  { target, sources }: { target: Place; sources: readonly Place[] },
  context: StepContext,
): SecretFields {
  const others = keptFields(target);
  const generated = Object.entries(rules).map(([field, rule]) => {
    const kept = sources
      .filter((source) => isGeneratedBy(source, field, rule))
      .map((source) => fieldAt(source, field))
      .find((value) => value !== undefined);
    return [field, kept ?? generate(rule)] as const;
  });
  const all = { ...others, ...values, ...Object.fromEntries(generated) };
  const kept = Object.keys(others).filter(
    (field) => !Object.hasOwn(values, field) && !Object.hasOwn(rules, field),
  );
  return markedFields(all, { rules, kept, context });
}

/** With the marker that says whose they are, by what rules they were made and which are not ours. */
export function markedFields(
  fields: SecretFields,
  { rules, kept, context }: Pick<WantedFields, 'rules'> & { kept: string[]; context: StepContext },
): SecretFields {
  const { environment, identity, stepId } = context;
  const marker = {
    environment,
    address: identity,
    stepId,
    rules: mapValues(rules, ruleText),
    kept,
  };
  return { ...fields, [MARKER]: markerText(marker) };
}

/** Whether the field was made by this very rule, as far as the marker tells. */
export function isGeneratedBy({ marker }: Place, field: string, rule: GenerateRule): boolean {
  if (marker === undefined || !Object.hasOwn(marker.rules, field)) return false;
  return marker.rules[field] === ruleText(rule);
}

function mapValues<T, U>(object: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
