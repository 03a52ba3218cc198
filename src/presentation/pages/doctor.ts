import type { CheckResult, CheckStatus } from '../../compose/doctor/check.ts';
import type { Palette } from '../terminal/palette.ts';
import { alignColumns, printable } from '../terminal/table.ts';
import { plural } from './words.ts';

/** A line a check, with what mends it below; what to do first is the first line that failed. */
export function doctorPage(results: readonly CheckResult[], palette: Palette): string[] {
  const heads = alignColumns(
    results.map(({ status, name, found }) => [paint(status, palette), name, firstLine(found)]),
  );
  const lines = results.flatMap(({ found, remedy }, at) => [
    heads[at] ?? '',
    ...moreLines(found).map((line) => `    ${printable(line)}`),
    ...remedyLines(remedy),
  ]);
  return [...lines, '', verdict(results, palette)];
}

function firstLine(text: string): string {
  return printable(text.split('\n')[0] ?? '');
}

function moreLines(text: string): string[] {
  return text.split('\n').slice(1);
}

function remedyLines(remedy: string | null): string[] {
  if (remedy === null) return [];
  return remedy.split('\n').map((line, at) => `    ${at === 0 ? '->' : '  '} ${printable(line)}`);
}

function paint(status: CheckStatus, palette: Palette): string {
  const paints = {
    ok: palette.good,
    warning: palette.busy,
    failed: palette.bad,
    skipped: palette.faint,
  };
  return paints[status](status);
}

function verdict(results: readonly CheckResult[], palette: Palette): string {
  const count = (status: CheckStatus) =>
    results.filter((result) => result.status === status).length;
  const [failures, warnings] = [count('failed'), count('warning')];
  if (failures > 0) return palette.bad(`${plural(failures, 'check')} failed`);
  if (warnings > 0) return `nothing failed, ${plural(warnings, 'warning')}`;
  return palette.good('everything is as it should be');
}
