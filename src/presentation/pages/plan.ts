import { templateLabel } from '../../documents/documents.ts';
import {
  isPlanned,
  type PlanDocument,
  type PlannedAction,
  type PlannedDocument,
} from '../../documents/plan.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, indent, printable } from '../terminal/table.ts';
import { settingLines } from './setting-lines.ts';
import { type BesidesWork, summaryText } from './words.ts';

const SIGNS: Record<PlannedAction, string> = {
  create: '+',
  change: '~',
  adopt: '<',
  rotate: '*',
  remove: '-',
  decide: '?',
  leave: '=',
  look: '?',
};

/** What becomes another in the records alone. */
export function besidesWork(resources: readonly PlannedDocument[]): BesidesWork {
  return {
    renames: resources.filter(({ movedFrom }) => movedFrom !== null).length,
    protections: resources.filter(({ protectChanges }) => protectChanges).length,
  };
}

function recordNotes(resource: PlannedDocument): string[] {
  const { movedFrom, protect, protectChanges } = resource;
  const protection = protect ? 'protected from now on' : 'no longer protected';
  return [
    ...(movedFrom === null ? [] : [`moved from ${movedFrom}`]),
    ...(protectChanges ? [protection] : []),
  ];
}

/** One line for each resource. */
export function plannedRows(resources: readonly PlannedDocument[], palette: Palette): string[] {
  return alignColumns(resources.map((resource) => row(resource, palette)));
}

/** Unchanged resources are counted, and listed only where they are all there is or few. */
const UNCHANGED_LISTED_MAX = 10;

export function planLines(plan: PlanDocument, palette: Palette): string[] {
  const { settings, approval } = plan;
  const unchanged = plan.resources.filter((resource) => !isPlanned(resource));
  const hidden = unchanged.length > UNCHANGED_LISTED_MAX ? new Set(unchanged) : new Set();
  const shown = plan.resources.filter((resource) => !hidden.has(resource));
  const rows = plannedRows(shown, palette);
  const from = plan.template === null ? '' : ` from template ${templateLabel(plan.template)}`;
  return [
    palette.strong(`environment ${plan.environment}${from}`),
    '',
    ...settingLines(settings, palette),
    ...(settings.length === 0 ? [] : ['']),
    ...shown.flatMap((resource, at) => [
      `  ${rows[at] ?? ''}`,
      ...indent(differenceLines(resource, palette), '      '),
    ]),
    ...(shown.length === 0 ? [] : ['']),
    summaryText(plan.summary, { ...besidesWork(plan.resources), settings: settings.length }),
    ...(approval === null
      ? []
      : [`somebody has to approve it before it begins: the ${approval} asks for that`]),
  ];
}

function row(resource: PlannedDocument, palette: Palette): string[] {
  const paint = {
    create: palette.good,
    change: palette.busy,
    adopt: palette.good,
    rotate: palette.busy,
    decide: palette.busy,
    remove: palette.bad,
    leave: palette.faint,
    look: palette.faint,
  }[isPlanned(resource) && resource.action === 'leave' ? 'change' : resource.action];
  return [
    paint(SIGNS[resource.action]),
    paint(resource.label),
    palette.faint(resource.executor),
    printable(reasonText(resource)),
  ];
}

function reasonText(resource: PlannedDocument): string {
  const { action, reason } = resource;
  return [action === 'leave' ? 'unchanged' : reason, ...recordNotes(resource)].join('; ');
}

const ONLY_OUTPUTS = 'nothing that it makes becomes another: at most its outputs do';

function differenceLines(
  { action, reason, difference: found }: PlanDocument['resources'][number],
  palette: Palette,
): string[] {
  if (found === undefined || found === null || action === 'leave') return [];
  if (!Array.isArray(found)) {
    return found.message === reason ? [] : [palette.faint(printable(found.message))];
  }
  if (found.length === 0) return [palette.faint(ONLY_OUTPUTS)];
  return found.flatMap((change) => [
    `${change.action} ${printable(change.subject)}`,
    ...indent(change.lines.map((line) => palette.faint(printable(line)))),
  ]);
}
