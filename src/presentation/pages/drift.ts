import { type DeviationCounts, type Drift, hasDrifted } from '../../model/drift.ts';
import type { ResourceRecord } from '../../model/resource.ts';
import { someOf } from '../../model/some-of.ts';
import type { EnvironmentDrift } from '../../queries/drift.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, indent, printable } from '../terminal/table.ts';
import { formatDuration } from './duration.ts';
import { plural } from './words.ts';

const LABELS_SHOWN_MAX = 10;

interface DriftLook {
  palette: Palette;
  nowMs: number;
  /** The run that looked just now: then what it built again is told as well. Null: any look counts. */
  runId: string | null;
}

/** What differs, resource by resource, and how to have it mended. */
export function driftLines(
  { environment, resources }: EnvironmentDrift,
  { palette, nowMs, runId }: DriftLook,
): string[] {
  const { name } = environment;
  const healed = resources.filter((one) => runId !== null && one.runId === runId);
  const seen = resources.filter(({ drift }) => drift && (runId === null || drift.runId === runId));
  const drifted = seen.filter(({ drift }) => hasDrifted(drift));
  const others = resources.filter((one) => !seen.includes(one) && !healed.includes(one));
  const toLook = `to look: biotope environment reconcile ${name}`;
  if (seen.length + healed.length === 0 && runId === null) {
    return [`nobody has looked at ${name} since it was built`, toLook];
  }
  const hasOrHave = drifted.length === 1 ? 'has' : 'have';
  const all = plural(seen.length + healed.length, 'resource');
  return [
    ...drifted.flatMap((resource) => resourceLines(resource, { palette, nowMs })),
    ...(healed.length === 0 ? [] : [`${palette.good('built again')}: ${namesOf(healed)}`]),
    drifted.length === 0
      ? `${all} of ${name} looked at: ${healed.length === 0 ? 'nothing has drifted' : 'all is as it should be now'}`
      : `${drifted.length} of ${all} of ${name} ${hasOrHave} drifted`,
    ...(others.length === 0 ? [] : [palette.faint(`not looked at: ${namesOf(others)}`)]),
    ...(drifted.length === 0
      ? []
      : [`to build it again as it was: biotope environment reconcile ${name} --heal`]),
  ];
}

function resourceLines(
  { label, drift }: ResourceRecord,
  { palette, nowMs }: { palette: Palette; nowMs: number },
): string[] {
  if (drift === null || drift === undefined) return [];
  const { counts, lookedAtMs } = drift;
  const ago = formatDuration(nowMs - lookedAtMs);
  return [
    `${palette.strong(label)}  ${countsText(counts)}  ${palette.faint(`(${ago} ago)`)}`,
    ...indent(deviationLines(drift, palette)),
  ];
}

/** What differs in a resource, part by part; empty where nobody looked or nothing does. */
export function deviationLines(drift: Drift | null | undefined, palette: Palette): string[] {
  if (drift === null || drift === undefined) return [];
  const { counts, deviations } = drift;
  const all = counts.changed + counts.missing + counts.extra + counts.noise;
  const untold = all - deviations.length;
  const rows = deviations.map(({ kind, subject, detail }) => [
    kind === 'noise' ? palette.faint(kind) : palette.busy(kind),
    printable(subject),
    palette.faint(printable(detail)),
  ]);
  return [...alignColumns(rows), ...(untold > 0 ? [`and ${untold} more`] : [])];
}

/** `2 changed, 1 missing` */
function countsText(counts: DeviationCounts): string {
  const kinds = ['changed', 'missing', 'extra', 'noise'] as const;
  return kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ');
}

function namesOf(resources: readonly ResourceRecord[]): string {
  return someOf(
    resources.map(({ label }) => label),
    LABELS_SHOWN_MAX,
  );
}
