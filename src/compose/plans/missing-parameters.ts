import type { MissingParameter } from '../../documents/plan.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { secretParameters } from '../../model/parameters.ts';
import type { Template } from '../../model/template.ts';

/** Those that the schema requires, that have no default, and that are not recorded. */
export function missingParameters(
  template: Pick<Template, 'parameters'>,
  recorded: JsonObject,
): MissingParameter[] {
  const { required, properties } = template.parameters;
  const secrets = secretParameters(template);
  const names = Array.isArray(required) ? required.filter((one) => typeof one === 'string') : [];
  return names
    .filter((name) => !Object.hasOwn(recorded, name) && !hasDefault(properties, name))
    .map((name) => ({ name, secret: secrets.includes(name) }));
}

function hasDefault(properties: JsonValue | undefined, name: string): boolean {
  const schema = isJsonObject(properties) ? properties[name] : undefined;
  return isJsonObject(schema) && schema.default !== undefined;
}
