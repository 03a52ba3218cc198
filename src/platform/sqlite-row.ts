import type { SQLOutputValue } from 'node:sqlite';
import { BiotopeError } from '../model/errors.ts';

/** A row as node:sqlite returns it. */
export type Row = Record<string, SQLOutputValue>;

export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : wrongType(column, 'text');
}

export function nullableTextOf(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : wrongType(column, 'a number');
}

/** Our own schema makes this impossible: a file that somebody changed by hand does not. */
function wrongType(column: string, expected: string): never {
  throw new BiotopeError('INTERNAL', {
    message: `The column ${column} does not hold ${expected}.`,
  });
}
