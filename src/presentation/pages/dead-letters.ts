import type { DeadLetter, Replayed } from '../../bus/dead-letters.ts';
import type { Palette } from '../terminal/palette.ts';
import { printable, table } from '../terminal/table.ts';
import { formatTime } from './duration.ts';
import { plural } from './words.ts';

export function deadLetterTable(
  letters: readonly DeadLetter[],
  { total, palette }: { total: number; palette: Palette },
): string[] {
  if (letters.length === 0) return ['No dead letters.'];
  const rows = table(
    ['letter', 'type', 'reason', 'from', 'died', 'message', 'source', 'bytes'],
    letters.map((letter) => [
      palette.strong(letter.id),
      printable(letter.type ?? ''),
      printable(letter.reason),
      letter.from ?? '',
      letter.diedAt === null ? '' : formatTime(Date.parse(letter.diedAt)),
      printable(letter.messageId ?? ''),
      printable(letter.source ?? ''),
      String(letter.bytes),
    ]),
    { columns: palette.columns, lessImportant: ['bytes', 'source', 'message', 'died'] },
  );
  const left = total - letters.length;
  return left <= 0 ? rows : [...rows, `and ${left} more: --limit`];
}

export function replayedLines(results: readonly Replayed[]): string[] {
  const refused = results.filter(({ refusal }) => refusal !== null);
  const count = results.length - refused.length;
  const told = refused.map(({ letter, refusal }) => `${letter.id} stays: ${refusal}`);
  if (results.length === 0) return ['No dead letters.'];
  return [...told, `${plural(count, 'message')} in the queue again.`];
}
