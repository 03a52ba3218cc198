import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { SecretValue } from '../../platform/secret-value.ts';
import type { ResolvedSpec, ResolvedValue } from '../executor.ts';
import { revealAll, secretsIn } from '../reveal.ts';
import type { TerraformSpec } from './spec.ts';

/**
 * A variable of the root module and the place of its value in the spec. Secrets reach Terraform by
 * these variables alone, so the configuration itself can be recorded.
 */
export interface Input {
  variable: string;
  path: (string | number)[];
  sensitive: boolean;
}

export interface Inputs {
  inputs: Input[];
  /** Providers' configuration, its secrets replaced by references to variables. */
  providers: Record<string, JsonValue>;
}

/** Modules whose own variables begin with this would collide; nobody names them so. */
const PREFIX = 'biotope_provider_secret_';

export function inputsOf(spec: TerraformSpec): Inputs {
  const variables = Object.keys(spec.variables)
    .sort()
    .map((name) => ({
      variable: name,
      path: ['variables', name],
      sensitive: secretsIn(spec.variables[name] ?? null).length > 0,
    }));
  const secrets: Input[] = [];
  const reference = (path: (string | number)[]) => {
    const variable = `${PREFIX}${secrets.length + 1}`;
    secrets.push({ variable, path, sensitive: true });
    return `\${var.${variable}}`;
  };
  const providers = asConfiguration(spec.providers, ['providers'], reference);
  return {
    inputs: [...variables, ...secrets],
    providers: isJsonObject(providers) ? providers : {},
  };
}

/** Texts are meant as they are: whatever looks like an expression is escaped. */
export function literal(text: string): string {
  return text.replaceAll(/[$%]\{/g, (start) => `${start[0]}${start}`);
}

function asConfiguration(
  value: ResolvedValue,
  path: (string | number)[],
  reference: (path: (string | number)[]) => string,
): JsonValue {
  if (value instanceof SecretValue) return reference(path);
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) {
    return value.map((item, at) => asConfiguration(item, [...path, at], reference));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, asConfiguration(item, [...path, key], reference)]),
  );
}

/** The text of `terraform.tfvars.json`, secrets in the clear. What the spec lacks is null. */
export function variableValues(inputs: readonly Input[], spec: ResolvedSpec): string {
  const values = inputs.map(({ variable, path }) => [variable, revealAll(valueAt(spec, path))]);
  return JSON.stringify(Object.fromEntries(values));
}

function valueAt(spec: ResolvedSpec, path: readonly (string | number)[]): ResolvedValue {
  return path.reduce<ResolvedValue>((value, key) => {
    if (typeof value !== 'object' || value === null || value instanceof SecretValue) return null;
    return Object.hasOwn(value, key) ? (Reflect.get(value, key) ?? null) : null;
  }, spec);
}
