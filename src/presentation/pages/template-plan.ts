import { templateLabel } from '../../documents/documents.ts';
import type { EnvironmentImpact, ImpactDocument, MissingParameter } from '../../documents/plan.ts';
import { BiotopeError } from '../../model/errors.ts';
import type { Palette } from '../terminal/palette.ts';
import { indent } from '../terminal/table.ts';
import { errorLines } from './errors.ts';
import { besidesWork, plannedRows } from './plan.ts';
import { paintStatus, plural, summaryText } from './words.ts';

export function templatePlanLines(view: ImpactDocument, palette: Palette): string[] {
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
  { environment: name, from: template, nested, newer }: ImpactDocument['takingIn'][number],
  label: string,
  palette: Palette,
): string[] {
  const title = `${palette.strong(name)} from ${templateLabel(template)}, which takes in ${templateLabel(nested)}`;
  const command =
    newer === null
      ? `for ${label}, publish a new version of ${template.name}`
      : `biotope environment update ${name} --template ${templateLabel(newer)}`;
  return [title, ...indent([palette.faint(command)])];
}

function environmentLines(impact: EnvironmentImpact, label: string, palette: Palette): string[] {
  const { environment: name, from, status, newlyRequired, summary, resources, error } = impact;
  const title = `${palette.strong(name)} from ${templateLabel(from)} (${paintStatus(status, palette)})`;
  const command = `biotope environment update ${name} --template ${label}${flagsFor(newlyRequired)}`;
  const missing = newlyRequired.map((one) => (one.secret ? `${one.name} (secret)` : one.name));
  const required =
    missing.length === 0 ? [] : [`newly required: ${missing.join(', ')}`, palette.faint(command)];
  if (error !== null) {
    const { code, message, detail } = error;
    const refusal = new BiotopeError(code, { message, ...(detail === null ? {} : { detail }) });
    return [
      `${title}: ${palette.bad('cannot be planned')}`,
      ...indent([...errorLines(refusal, palette), ...required]),
    ];
  }
  return [
    `${title}: ${summary === null ? '' : summaryText(summary, besidesWork(resources))}`,
    ...indent([...plannedRows(resources, palette), palette.faint(command)]),
  ];
}

/** Secrets do not belong on a command line. */
function flagsFor(missing: readonly MissingParameter[]): string {
  const open = missing.filter(({ secret }) => !secret);
  const file = missing.length > open.length ? ' --parameters-file FILE' : '';
  return open.map(({ name }) => ` --parameter ${name}=VALUE`).join('') + file;
}
