import { templateDocument, templateLabel } from '../../documents/documents.ts';
import type { Plan } from '../../engine/planner/plan.ts';
import type { EnvironmentRecord } from '../../model/environment.ts';
import type { BiotopeError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { secretParameters } from '../../model/parameters.ts';
import type { Template, TemplateReference } from '../../model/template.ts';
import type { Palette } from '../terminal/palette.ts';
import { indent } from '../terminal/table.ts';
import { errorDocument, errorLines } from './errors.ts';
import { besidesWork, isPlanned, plannedDocument, plannedRows } from './plan.ts';
import { paintStatus, plural, summaryText } from './words.ts';

/** What a new version would change in the environments that are made from an older one. */
export interface TemplatePlan {
  template: TemplateReference;
  environments: PlannedEnvironment[];
  /** Names of those that are made from this version or a newer one. */
  upToDate: string[];
  /** Those made from another template that takes in an older version. */
  takingIn: TakingIn[];
}

export interface TakingIn {
  environment: EnvironmentRecord;
  /** The oldest version that its template takes in. */
  nested: TemplateReference;
  /** The published version of its own template that takes in this one or a newer one. */
  newer: TemplateReference | null;
}

export interface PlannedEnvironment {
  environment: EnvironmentRecord;
  /** An error says why it cannot be planned. */
  outcome: { plan: Plan } | { error: BiotopeError };
  /** Parameters that the new version asks for and the environment does not have. */
  newlyRequired: MissingParameter[];
}

/** A parameter without which an environment cannot be brought to the version. */
export interface MissingParameter {
  name: string;
  secret: boolean;
}

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

export function templatePlanDocument({ template, environments, upToDate, takingIn }: TemplatePlan) {
  return {
    template: templateDocument(template),
    environments: environments.map(({ environment, outcome, newlyRequired }) => ({
      environment: environment.name,
      status: environment.status,
      from: templateDocument(environment.template),
      newlyRequired,
      ...('plan' in outcome
        ? {
            summary: outcome.plan.summary,
            resources: outcome.plan.resources.filter(isPlanned).map(plannedDocument),
            error: null,
          }
        : { summary: null, resources: [], ...errorDocument(outcome.error) }),
    })),
    upToDate,
    takingIn: takingIn.map(({ environment, nested, newer }) => ({
      environment: environment.name,
      from: templateDocument(environment.template),
      nested: templateDocument(nested),
      newer: newer === null ? null : templateDocument(newer),
    })),
  };
}

export function templatePlanLines(view: TemplatePlan, palette: Palette): string[] {
  const { environments, upToDate } = view;
  const label = templateLabel(view.template);
  const older = `${plural(environments.length, 'environment')} made from an older version`;
  const within = view.takingIn.map((one) => takingInLines(one, label, palette));
  const current = upToDate.length === 0 ? '' : `, ${upToDate.length} up to date`;
  return [
    palette.strong(`template ${label}: ${older}${current}`),
    ...environments.flatMap((one) => ['', ...environmentLines(one, label, palette)]),
    ...within.flatMap((lines) => ['', ...lines]),
  ];
}

function takingInLines(
  { environment, nested, newer }: TakingIn,
  label: string,
  palette: Palette,
): string[] {
  const { name, template } = environment;
  const title = `${palette.strong(name)} from ${templateLabel(template)}, which takes in ${templateLabel(nested)}`;
  const command =
    newer === null
      ? `for ${label}, publish a new version of ${template.name}`
      : `biotope environment update ${name} --template ${templateLabel(newer)}`;
  return [title, ...indent([palette.faint(command)])];
}

function environmentLines(
  { environment, outcome, newlyRequired }: PlannedEnvironment,
  label: string,
  palette: Palette,
): string[] {
  const { name, template, status } = environment;
  const title = `${palette.strong(name)} from ${templateLabel(template)} (${paintStatus(status, palette)})`;
  const command = `biotope environment update ${name} --template ${label}${flagsFor(newlyRequired)}`;
  const missing = newlyRequired.map((one) => (one.secret ? `${one.name} (secret)` : one.name));
  const required =
    missing.length === 0 ? [] : [`newly required: ${missing.join(', ')}`, palette.faint(command)];
  if ('error' in outcome) {
    return [
      `${title}: ${palette.bad('cannot be planned')}`,
      ...indent([...errorLines(outcome.error, palette), ...required]),
    ];
  }
  const { plan } = outcome;
  const changes = plan.resources.filter(isPlanned);
  return [
    `${title}: ${summaryText(plan.summary, besidesWork(changes))}`,
    ...indent([...plannedRows(changes, palette), palette.faint(command)]),
  ];
}

/** Secrets do not belong on a command line. */
function flagsFor(missing: readonly MissingParameter[]): string {
  const open = missing.filter(({ secret }) => !secret);
  const file = missing.length > open.length ? ' --parameters-file FILE' : '';
  return open.map(({ name }) => ` --parameter ${name}=VALUE`).join('') + file;
}
