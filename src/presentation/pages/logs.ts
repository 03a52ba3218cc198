import type { Address } from '../../model/address.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable } from '../terminal/table.ts';

/** Part of a step's log, as programs get it. */
export interface LogPiece {
  step: string;
  address: Address;
  /** Which claim of the step wrote it: 1 for the first. */
  claim: number;
  text: string;
}

/** Lines of a piece; `named`: each with its step in front, because others stand between. */
export function logLines(
  { step, text }: LogPiece,
  { named, palette }: { named: boolean; palette: Palette },
): string[] {
  const lines = text.replace(/\n$/, '').split('\n').map(printable);
  return named ? lines.map((line) => `${palette.faint(`${step} |`)} ${line}`) : lines;
}
