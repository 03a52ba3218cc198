import { stripVTControlCharacters } from 'node:util';
import { fitWidth, padWidth, visibleWidth } from './width.ts';

/** What people typed (names, descriptions) must not move the cursor of those who read it. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ');
}

const GAP = '  ';

/**
 * Columns that line up, two blanks apart, no frame: easy to read, easy to cut with other tools.
 * No blanks at the ends of lines.
 */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) {
      widths[at] = Math.max(widths[at] ?? 0, visibleWidth(cell));
    }
  }
  return rows.map((row) =>
    row
      .map((cell, at) => padWidth(cell, widths[at] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

export interface TableRoom {
  /** Of the terminal; infinite where there is none. */
  columns: number;
  /** Columns that are cut, and then left out, in this order, where there is no room for all. */
  lessImportant: readonly string[];
}

/** Named columns. What there is no room for is cut, the least important column first. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { columns, lessImportant }: TableRoom,
): string[] {
  const widths = header.map((name, at) =>
    Math.max(...[name, ...rows.map((row) => row[at] ?? '')].map(visibleWidth)),
  );
  const isLeftOut = fitColumns(header, widths, { columns, lessImportant });
  const fitted = [header.map((name) => name.toUpperCase()), ...rows].map((row) =>
    row.flatMap((cell, at) => (isLeftOut(at) ? [] : [fitWidth(cell, widths[at] ?? 0)])),
  );
  return alignColumns(fitted);
}

/** A column narrower than this tells nothing any more. */
const CUT_COLUMNS_MIN = 8;

/** Makes `widths` smaller until they fit; tells which columns are to go. */
function fitColumns(
  header: readonly string[],
  widths: number[],
  { columns, lessImportant }: TableRoom,
): (at: number) => boolean {
  const leftOut = new Set<number>();
  const tooMuch = () => {
    const shown = widths.filter((_, at) => !leftOut.has(at));
    return shown.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - columns;
  };
  for (const name of lessImportant) {
    const at = header.indexOf(name);
    const more = tooMuch();
    if (more <= 0) break;
    const width = widths[at] ?? 0;
    const least = Math.max(name.length, CUT_COLUMNS_MIN);
    if (width - more >= least) widths[at] = width - more;
    else leftOut.add(at);
  }
  cutWidest(widths, leftOut, tooMuch);
  return (at) => leftOut.has(at);
}

/** All that is left is important: the widest columns give way to the others. */
function cutWidest(widths: number[], leftOut: ReadonlySet<number>, tooMuch: () => number): void {
  const shown = [...widths.keys()].filter((at) => !leftOut.has(at));
  const byWidth = shown.sort((left, right) => (widths[right] ?? 0) - (widths[left] ?? 0));
  for (const at of byWidth) {
    const more = tooMuch();
    if (more <= 0) return;
    const width = widths[at] ?? 0;
    widths[at] = Math.max(Math.min(width, CUT_COLUMNS_MIN), width - more);
  }
}

/** `name:  value` lines of a page about one thing; empty values are left out. */
export function facts(pairs: readonly (readonly [string, string])[]): string[] {
  const told = pairs.filter(([, value]) => value !== '');
  return alignColumns(told.map(([name, value]) => [`${name}:`, value]));
}

export function indent(lines: readonly string[], by = '  '): string[] {
  return lines.map((line) => (line === '' ? '' : by + line));
}

/** A titled part of a page, with an empty line before it; nothing where there is nothing to say. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...indent(lines)];
}
