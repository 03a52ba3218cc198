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
  const checked = checkParameters(template, given, recorded);
  const folder = `environments/${environment}/parameters`;
  return seal(secrets, { checked, secret: secretParameters(template), folder });
}

export interface ActionOf {
  template: Pick<Template, 'name' | 'version'>;
  environment: string;
  action: string;
  /** JSON Schema of its arguments. */
  schema: JsonObject;
}

/** The same of the arguments of an action. */
export async function checkAndSealArguments(
  secrets: Secrets,
  { template: { name, version }, environment, action, schema }: ActionOf,
  given: JsonObject,
): Promise<JsonObject> {
  const terms = { name, version, parameters: schema, action };
  const checked = checkParameters(terms, given);
  const folder = `environments/${environment}/arguments/${action}`;
  return seal(secrets, { checked, secret: secretParameters(terms), folder });
}

interface Sealing {
  checked: JsonObject;
  /** Names of those that are secret. */
  secret: readonly string[];
  /** Of the secret store. */
  folder: string;
}

async function seal(
  secrets: Secrets,
  { checked: open, secret, folder }: Sealing,
): Promise<JsonObject> {
  const checked = { ...open };
  for (const name of secret) {
    const value = checked[name];
    if (value === undefined || isSecretText(value)) continue;
    if (typeof value !== 'string' || !isSegment(name)) {
      throw refuse('PARAMETERS_INVALID', {
        message: `The secret parameter ${name} must be a text, and its name letters, digits, "-" or "_".`,
        facts: { parameter: name },
      });
    }
    const path = `${folder}/${name}`;
    const version = await secrets.write(path, { [FIELD]: value }, null);
    checked[name] = secretText([{ path, version, field: FIELD }]);
  }
  return checked;
}
