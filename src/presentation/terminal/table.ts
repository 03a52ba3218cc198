import { stripVTControlCharacters } from 'node:util';
import { padWidth, visibleWidth } from './width.ts';

/** What people typed (names, descriptions) must not move the cursor of those who read it. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ');
}

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
      .join('  ')
      .trimEnd(),
  );
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return alignColumns([header.map((name) => name.toUpperCase()), ...rows]);
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
