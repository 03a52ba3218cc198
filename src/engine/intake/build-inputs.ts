import type { JsonObject } from '../../model/json.ts';
import { checkParameters, secretParameters } from '../../model/parameters.ts';
import { isSecretText, secretParts, secretText } from '../../model/secret.ts';
import type { Template } from '../../model/template.ts';
import { isSegment } from '../../platform/paths.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import { refuse } from './verdict.ts';

const FIELD = 'value';

/** Recorded parameters as a person gave them: references to secrets are looked up. */
export async function openParameters(secrets: Secrets, recorded: JsonObject): Promise<JsonObject> {
  const opened = await Promise.all(
    Object.entries(recorded).map(async ([name, value]): Promise<[string, JsonObject[string]]> => {
      if (!isSecretText(value)) return [name, value];
      const [part] = secretParts(value);
      if (part === undefined || typeof part === 'string') return [name, null];
      const version = await secrets.read(part.path, part.version);
      return [name, version?.fields[part.field] ?? null];
    }),
  );
  return Object.fromEntries(opened);
}

/** New values over recorded ones. Null takes one back to its default. */
export function layOver(recorded: JsonObject, given: JsonObject, template: Template): JsonObject {
  const declared = new Set(Object.keys(propertiesOf(template)));
  const merged = { ...recorded, ...given };
  return Object.fromEntries(
    Object.entries(merged).filter(
      ([name, value]) =>
        given[name] !== null && (name in given || (declared.has(name) && value !== null)),
    ),
  );
}

function propertiesOf(template: Template): JsonObject {
  const { properties } = template.parameters;
  return typeof properties === 'object' && properties !== null && !Array.isArray(properties)
    ? properties
    : {};
}

/**
 * Checks parameters against the template and moves secret ones into the secret store. What comes
 * back holds references in their place and may be stored. The same values give the same references.
 */
export async function checkAndSeal(
  secrets: Secrets,
  { template, environment }: { template: Template; environment: string },
  given: JsonObject,
): Promise<JsonObject> {
  const checked = { ...checkParameters(template, given) };
  for (const name of secretParameters(template)) {
    const value = checked[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !isSegment(name)) {
      throw refuse('PARAMETERS_INVALID', {
        message: `The secret parameter ${name} must be a text, and its name letters, digits, "-" or "_".`,
        facts: { parameter: name },
      });
    }
    const path = `environments/${environment}/parameters/${name}`;
    const version = await secrets.write(path, { [FIELD]: value }, null);
    checked[name] = secretText([{ path, version, field: FIELD }]);
  }
  return checked;
}
