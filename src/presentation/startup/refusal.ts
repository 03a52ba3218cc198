import { askedFormat, documentWriter } from '../output-format.ts';
import { errorDocument, errorLines, toBiotopeError } from '../pages/errors.ts';
import { paletteFor } from '../terminal/palette.ts';
import type { HelpSource } from './help.ts';
import { unknownCommand } from './unknown-command.ts';

/** Answers a command line that never became a command, as commands answer. */
export async function answerRefusal(
  thrown: unknown,
  words: readonly string[],
  { commands, topics }: HelpSource,
): Promise<void> {
  const names = {
    commands: commands.map(({ id }) => id),
    topics: topics.map(({ name }) => name),
  };
  const error = isCommandUnknown(thrown) ? unknownCommand(words, names) : toBiotopeError(thrown);
  process.exitCode = error.entry.exitCode;
  const format = askedFormat(words);
  if (format === 'json' || format === 'yaml') {
    const write = await documentWriter(format);
    process.stdout.write(write(errorDocument(error), { isStream: false }));
  } else {
    process.stderr.write(`${errorLines(error, paletteFor(process.stderr)).join('\n')}\n`);
  }
}

/** Commands catch their own errors: of oclif's, only those of looking one up come here. */
function isCommandUnknown(thrown: unknown): boolean {
  return thrown instanceof Error && 'oclif' in thrown && !('parse' in thrown);
}
