import { withDeadLetters } from '../../../compose/dead-letters.ts';
import { readConfig } from '../../open-session.ts';
import { deadLetterTable } from '../../pages/dead-letters.ts';
import type { Answer, GlobalFlags } from '../../session.ts';

/** Needs no data folder: only the broker that the configuration names. */
export async function listDeadLetters(flags: GlobalFlags, limit: number): Promise<Answer> {
  const { letters, total } = await withDeadLetters(readConfig(flags), (box) => box.list(limit));
  return {
    document: { total, letters },
    names: letters.map(({ id }) => id),
    lines: (palette) => deadLetterTable(letters, { total, palette }),
  };
}
