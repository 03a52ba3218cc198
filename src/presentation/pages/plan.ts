import { templateDocument, templateLabel } from '../../documents/documents.ts';
import type { Plan, PlannedAction, PlannedResource } from '../../engine/planner/plan.ts';
import type { ApprovalSource } from '../../model/approval.ts';
import type { Difference } from '../../worker/look.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, indent, printable } from '../terminal/table.ts';
import { type SettingChange, settingLines } from './setting-changes.ts';
import { type BesidesWork, summaryText } from './words.ts';

/** What executors say they would do, by address. */
export type Differences = ReadonlyMap<string, Difference>;

export interface PlanView {
  plan: Plan;
  /** Of the environment itself. */
  settings: SettingChange[];
  /** Who asks that people approve of it before it is done; null: nobody. */
  approval: ApprovalSource | null;
  differences: Differences | null;
}

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

export function planDocument({ plan, settings, approval, differences }: PlanView) {
  return {
    environment: plan.environment,
    template: plan.template === null ? null : templateDocument(plan.template.reference),
    summary: plan.summary,
    settings,
    approval,
    resources: plan.resources.map((resource) => ({
      ...plannedDocument(resource),
      ...(differences === null ? {} : { difference: differences.get(resource.address) ?? null }),
    })),
  };
}

export function plannedDocument(resource: PlannedResource) {
  const { address, label, executor, action, reason, movedFrom, protect, after } = resource;
  const protectChanges = hasOtherProtection(resource);
  return { address, label, executor, action, reason, movedFrom, protect, protectChanges, after };
}

/** Whether a run would do something about it, if only in its record. */
export function isPlanned(resource: PlannedResource): boolean {
  return resource.action !== 'leave' || recordNotes(resource).length > 0;
}

/** What becomes another in the records alone. */
export function besidesWork(resources: readonly PlannedResource[]): BesidesWork {
  return {
    renames: resources.filter(({ movedFrom }) => movedFrom !== null).length,
    protections: resources.filter(hasOtherProtection).length,
  };
}

function hasOtherProtection({ action, protect, recorded }: PlannedResource): boolean {
  return action !== 'remove' && recorded !== null && recorded.protect !== protect;
}

function recordNotes(resource: PlannedResource): string[] {
  const { movedFrom, protect } = resource;
  const protection = protect ? 'protected from now on' : 'no longer protected';
  return [
    ...(movedFrom === null ? [] : [`moved from ${movedFrom}`]),
    ...(hasOtherProtection(resource) ? [protection] : []),
  ];
}

/** One line for each resource. */
export function plannedRows(resources: readonly PlannedResource[], palette: Palette): string[] {
  return alignColumns(resources.map((resource) => row(resource, palette)));
}

/** Unchanged resources are counted, and listed only where they are all there is or few. */
const UNCHANGED_LISTED_MAX = 10;

export function planLines(view: PlanView, palette: Palette): string[] {
  const { plan, settings, approval, differences } = view;
  const unchanged = plan.resources.filter((resource) => !isPlanned(resource));
  const hidden = unchanged.length > UNCHANGED_LISTED_MAX ? new Set(unchanged) : new Set();
  const shown = plan.resources.filter((resource) => !hidden.has(resource));
  const rows = plannedRows(shown, palette);
  const from =
    plan.template === null ? '' : ` from template ${templateLabel(plan.template.reference)}`;
  return [
    palette.strong(`environment ${plan.environment}${from}`),
    '',
    ...settingLines(settings, palette),
    ...(settings.length === 0 ? [] : ['']),
    ...shown.flatMap((resource, at) => [
      `  ${rows[at] ?? ''}`,
      ...indent(differenceLines(resource, differences, palette), '      '),
    ]),
    ...(shown.length === 0 ? [] : ['']),
    summaryText(plan.summary, { ...besidesWork(plan.resources), settings: settings.length }),
    ...(approval === null
      ? []
      : [`somebody has to approve it before it begins: the ${approval} asks for that`]),
  ];
}

function row(resource: PlannedResource, palette: Palette): string[] {
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

function reasonText(resource: PlannedResource): string {
  const { action, reason } = resource;
  return [action === 'leave' ? 'unchanged' : reason, ...recordNotes(resource)].join('; ');
}

const ONLY_OUTPUTS = 'nothing that it makes becomes another: at most its outputs do';

function differenceLines(
  { address, action, reason }: PlannedResource,
  differences: Differences | null,
  palette: Palette,
): string[] {
  const found = differences?.get(address);
  if (found === undefined || action === 'leave') return [];
  if (!Array.isArray(found)) {
    return found.message === reason ? [] : [palette.faint(printable(found.message))];
  }
  if (found.length === 0) return [palette.faint(ONLY_OUTPUTS)];
  return found.flatMap((change) => [
    `${change.action} ${printable(change.subject)}`,
    ...indent(change.lines.map((line) => palette.faint(printable(line)))),
  ]);
}
