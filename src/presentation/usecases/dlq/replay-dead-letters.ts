import { withDeadLetters } from '../../../compose/dead-letters.ts';
import { BiotopeError } from '../../../model/errors.ts';
import { readConfig } from '../../open-session.ts';
import { replayedLines } from '../../pages/dead-letters.ts';
import type { Answer, GlobalFlags } from '../../session.ts';

interface Asked {
  letter: string | undefined;
  all: boolean;
  limit?: number | undefined;
}

const LIMIT = 1_000;

export async function replayDeadLetters(
  flags: GlobalFlags,
  { letter, all, limit = LIMIT }: Asked,
): Promise<Answer & { isWell: boolean }> {
  if ((letter === undefined) === !all) {
    throw new BiotopeError('USAGE', {
      message: 'Name a dead letter, or take all with --all: one of the two.',
      remedy: '"biotope dlq list" shows them.',
    });
  }
  const which = letter === undefined ? { limit } : { id: letter };
  const results = await withDeadLetters(readConfig(flags), (box) => box.replay(which));
  if (letter !== undefined && results.length === 0) throw noSuchLetter(letter);
  const replayed = results.filter(({ refusal }) => refusal === null).map((one) => one.letter);
  const refused = results.filter(({ refusal }) => refusal !== null);
  return {
    isWell: refused.length === 0,
    document: {
      replayed: replayed.map(({ id }) => id),
      refused: refused.map((one) => ({ id: one.letter.id, reason: one.refusal })),
    },
    names: replayed.map(({ id }) => id),
    lines: () => replayedLines(results),
  };
}

function noSuchLetter(letter: string): BiotopeError {
  return new BiotopeError('MESSAGE_NOT_FOUND', {
    message: `There is no dead letter ${letter}: it may have been replayed.`,
    remedy: '"biotope dlq list" shows those that there are.',
    facts: { letter },
  });
}
