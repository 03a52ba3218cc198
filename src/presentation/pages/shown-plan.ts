import type { PlanRecord, ShownResource } from '../../model/shown-plan.ts';
import { firstOf } from '../../model/some-of.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, indent, printable } from '../terminal/table.ts';
import { plural, summaryText } from './words.ts';

/** The same as in a plan. */
const SIGNS: Record<ShownResource['action'], string> = {
  create: '+',
  change: '~',
  adopt: '<',
  rotate: '*',
  remove: '-',
  decide: '?',
  rename: '=',
  look: '?',
  act: '!',
};

/** What people are asked about, resource by resource, and in sum. */
export function shownPlanLines(
  { resources, unlisted, summary }: PlanRecord,
  palette: Palette,
  shownMax = Number.POSITIVE_INFINITY,
): string[] {
  const { shown } = firstOf(resources, shownMax);
  const rows = alignColumns(shown.map((resource) => rowOf(resource, palette)));
  const hidden = resources.length - shown.length + unlisted;
  return [
    ...shown.flatMap((resource, at) => [
      rows[at] ?? '',
      ...inputLines(resource, palette),
      ...lossLines(resource, palette),
    ]),
    ...(hidden > 0 ? [`and ${plural(hidden, 'more resource')}`] : []),
    summaryText(summary),
  ];
}

function rowOf({ action, label, executor, reason, movedFrom }: ShownResource, palette: Palette) {
  const paint = action === 'remove' ? palette.bad : palette.busy;
  const moved = movedFrom === null ? '' : `; moved from ${movedFrom}`;
  return [
    paint(SIGNS[action]),
    paint(printable(label)),
    palette.faint(executor),
    printable(`${reason}${moved}`),
  ];
}

function lossLines({ losses = [] }: ShownResource, palette: Palette): string[] {
  return indent(
    losses.flatMap(({ action, subject, lines }) => [
      palette.bad(printable(`${action} ${subject}`)),
      ...indent(lines.map((line) => palette.faint(printable(line)))),
    ]),
    '      ',
  );
}

function inputLines({ inputs }: ShownResource, palette: Palette): string[] {
  return indent(
    inputs.map(({ path, before, after }) =>
      palette.faint(printable(`${path}: ${before} -> ${after}`)),
    ),
    '      ',
  );
}
