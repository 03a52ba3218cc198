import type { JsonObject } from '../../model/json.ts';
import { checkParameters, secretParameters } from '../../model/parameters.ts';
import { isSecretText, secretText } from '../../model/secret.ts';
import type { Template } from '../../model/template.ts';
import { isSegment } from '../../platform/paths.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import { refuse } from './verdict.ts';

const FIELD = 'value';

/**
 * Checks parameters against the template and moves secret ones into the secret store. What comes
 * back holds references in their place and may be stored. The same values give the same references.
 */
export async function checkAndSeal(
  secrets: Secrets,
  { template, environment }: { template: Template; environment: string },
  { given, recorded }: { given: JsonObject; recorded: JsonObject },
): Promise<JsonObject> {
  const checked = { ...checkParameters(template, given, recorded) };
  for (const name of secretParameters(template)) {
    const value = checked[name];
    if (value === undefined || isSecretText(value)) continue;
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
